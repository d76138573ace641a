import GRPC
import Outcome
import Testing

@Suite struct CauseTests {
    @Test(arguments: CauseRow.all)
    fileprivate func `a cause has a gRPC status, an initiator and a word`(row: CauseRow) {
        #expect(row.cause.statusCode.name == row.status)
        #expect(row.cause.initiator.word == row.initiator)
        #expect(row.cause.word == row.word)
    }

    /// doc/statuscodes.md: codes that no library makes, so that they are the server's own word.
    @Test(arguments: CauseRow.all)
    fileprivate func `the probe invents no code that only servers use`(row: CauseRow) {
        guard row.cause.serverStatus == nil else { return }
        #expect(![3, 5, 6, 9, 10, 11, 15].contains(row.cause.statusCode.rawValue))
        #expect(row.cause.statusCode != .ok)
    }

    @Test func `only a server's own status is reported as such`() {
        let status = GRPCStatus(code: .notFound, message: [0x61])
        #expect(Cause.refused(status).serverStatus == status)
        #expect(Cause.streamReset(.cancel).serverStatus == nil)
        let answer = Cause.notGRPC(HTTPAnswer(status: 503, contentType: nil))
        #expect(answer.serverStatus == nil)
        #expect(answer.httpStatus == 503)
        #expect(Cause.refused(status).httpStatus == nil)
    }

    @Test(
        arguments: [
            (1, "not_permitted"), (2, "no_such_file"), (13, "permission_denied"),
            (22, "invalid_address"), (24, "too_many_files"), (32, "broken_pipe"),
            (97, "family_not_supported"), (99, "address_not_available"),
            (101, "network_unreachable"), (104, "connection_reset"),
            (110, "connection_timed_out"), (111, "connection_refused"),
            (113, "no_route_to_host"), (0, "system_error_0"), (133, "system_error_133"),
        ] as [(Int32, String)])
    func `a system error has a stable word`(number: Int32, word: String) {
        let error = SystemErrorNumber(number)
        #expect(error.word == word)
        #expect(!error.description.isEmpty)
        #expect(error.description == error.description.lowercased())
    }

    @Test(
        arguments: [
            (.spiffe, "spiffe"), (.resolve, "resolve"), (.connect, "connect"), (.http2, "http2"),
            (.rpc, "rpc"),
        ] as [(Phase, String)])
    func `a phase has its word`(phase: Phase, word: String) {
        #expect(phase.word == word)
    }

    @Test(
        arguments: [
            .connectTimeout(.seconds(2)), .rpcTimeout(.seconds(2)), .runTimeout(.seconds(2)),
        ] as [Limit])
    func `a limit has its duration`(limit: Limit) {
        #expect(limit.duration == .seconds(2))
    }
}

private struct CauseRow: Sendable, CustomTestStringConvertible {
    var cause: Cause
    var status: String
    var initiator: String
    var word: String

    init(_ cause: Cause, _ status: String, _ initiator: String, _ word: String) {
        self.cause = cause
        self.status = status
        self.initiator = initiator
        self.word = word
    }

    var testDescription: String { "\(word), \(initiator), \(status)" }

    private static func failure(_ number: Int32) -> AttemptFailure {
        AttemptFailure(
            address: .ipv4(.loopback, port: 1), error: SystemErrorNumber(number))
    }

    private static func bad(_ rule: BadResponse, _ status: String, _ initiator: String) -> CauseRow
    {
        CauseRow(.badResponse(rule), status, initiator, "bad_response")
    }

    static let all: [CauseRow] = [
        CauseRow(.nameNotFound, "UNAVAILABLE", "network", "name_not_found"),
        CauseRow(.nameWithoutAddress, "UNAVAILABLE", "network", "name_without_address"),
        CauseRow(.nameServer("x"), "UNAVAILABLE", "network", "name_server"),
        CauseRow(.unreachable([failure(111)]), "UNAVAILABLE", "network", "connection_refused"),
        // The first attempt was at the address that is preferred.
        CauseRow(
            .unreachable([failure(101), failure(111)]), "UNAVAILABLE", "network",
            "network_unreachable"),
        CauseRow(.unreachable([]), "UNAVAILABLE", "network", "unreachable"),
        CauseRow(.timedOut(.connectTimeout(.seconds(1))), "DEADLINE_EXCEEDED", "clock", "timeout"),
        CauseRow(.timedOut(.rpcTimeout(.seconds(1))), "DEADLINE_EXCEEDED", "clock", "timeout"),
        CauseRow(.timedOut(.runTimeout(.seconds(1))), "DEADLINE_EXCEEDED", "clock", "timeout"),
        CauseRow(.noTurn(.rpcTimeout(.seconds(1))), "DEADLINE_EXCEEDED", "clock", "timeout"),
        CauseRow(.timedOut(.wait(.seconds(1))), "DEADLINE_EXCEEDED", "clock", "timeout"),
        CauseRow(.timedOut(.keepalive(.seconds(20))), "UNAVAILABLE", "clock", "timeout"),
        CauseRow(.ownFault(.outOfMemory), "RESOURCE_EXHAUSTED", "probe", "out_of_memory"),
        CauseRow(.ownFault(.request("x")), "INTERNAL", "probe", "internal_error"),
        CauseRow(.ownFault(.http2("x")), "INTERNAL", "probe", "internal_error"),
        CauseRow(.ownFault(.tls), "INTERNAL", "probe", "internal_error"),
        CauseRow(.notHTTP2(Greeting(bytes: [1])), "UNAVAILABLE", "peer", "not_http2"),
        CauseRow(.connectionLost(.closed), "UNAVAILABLE", "peer", "connection_closed"),
        CauseRow(
            .connectionLost(.broken(SystemErrorNumber(104))), "UNAVAILABLE", "network",
            "connection_broken"),
        CauseRow(.protocolViolation("x"), "UNAVAILABLE", "peer", "protocol_violation"),
        CauseRow(.goAway(.noError, debugData: []), "UNAVAILABLE", "peer", "goaway"),
        CauseRow(.goAway(.enhanceYourCalm, debugData: []), "UNAVAILABLE", "peer", "goaway"),
        CauseRow(.refused(GRPCStatus(code: .notFound)), "NOT_FOUND", "peer", "status"),
        CauseRow(.refused(GRPCStatus(code: GRPCStatusCode(42))), "code 42", "peer", "status"),
        CauseRow(
            .notGRPC(HTTPAnswer(status: 502, contentType: nil)), "UNAVAILABLE", "peer", "not_grpc"),
        CauseRow(
            .notGRPC(HTTPAnswer(status: 200, contentType: nil)), "UNKNOWN", "peer", "not_grpc"),
        CauseRow(.streamReset(.cancel), "CANCELLED", "peer", "stream_reset"),
        CauseRow(.streamReset(.refusedStream), "UNAVAILABLE", "peer", "stream_reset"),
        bad(.missingHTTPStatus, "INTERNAL", "peer"),
        bad(.illegalHeaderField([]), "INTERNAL", "peer"),
        bad(.headersTooLarge, "INTERNAL", "probe"),
        bad(.headersInTheMiddle, "INTERNAL", "peer"),
        bad(.informationalEnd(103), "INTERNAL", "peer"),
        bad(.switchingProtocols, "INTERNAL", "peer"),
        bad(.noMemory, "RESOURCE_EXHAUSTED", "probe"),
        bad(.missingStatus, "UNKNOWN", "peer"),
        bad(.malformedStatus([]), "UNKNOWN", "peer"),
        bad(.missingTrailers, "INTERNAL", "peer"),
        bad(.truncatedMessage, "INTERNAL", "peer"),
        bad(.noMessage, "INTERNAL", "peer"),
        bad(.secondMessage, "INTERNAL", "peer"),
        bad(.message(.badCompressedFlag(2)), "INTERNAL", "peer"),
        bad(.message(.compressedWithoutEncoding), "INTERNAL", "peer"),
        bad(.message(.unsupportedEncoding([])), "INTERNAL", "probe"),
        bad(.message(.tooLarge(5_000_000)), "RESOURCE_EXHAUSTED", "probe"),
        bad(.corruptCompression, "INTERNAL", "peer"),
        bad(.inflatedTooLarge, "RESOURCE_EXHAUSTED", "probe"),
        bad(.http2("x"), "INTERNAL", "peer"),
        bad(.malformedMessage(.truncated), "INTERNAL", "peer"),
    ]
}
