import Basics
import GRPC
package import Outcome

/// The words of a failure: the line that says what happened and, where there is something to do,
/// a hint. Text of the server's is quoted and escaped.
package struct FailureText: Equatable, Sendable {
    /// What the failure is about, where that is not the target: the SPIFFE agent.
    package var endpoint: String?
    /// The cause alone, without program, phase and target.
    package var cause: String
    package var hint: String?

    package init(_ observation: Observation, _ failure: Failure) {
        if case .noCredentials(let credentials) = failure.cause { endpoint = credentials.endpoint }
        let words = Self.words(of: failure, observation)
        cause = clipped(words, to: Limits.failureLineSize)
        hint = Self.hint(for: failure, observation)
    }

    static func words(of failure: Failure, _ observation: Observation) -> String {
        switch failure.cause {
        case .noCredentials(let credentials): words(of: credentials, observation)
        case .nameNotFound: "there is no such name"
        case .nameWithoutAddress: "the name has neither an IPv4 nor an IPv6 address"
        case .nameServer(let text): text
        case .unreachable(let attempts): words(of: attempts)
        case .timedOut(.keepalive(let time)):
            "no answer to a PING within \(time.goText) (UNAVAILABLE)"
        case .timedOut(let limit): words(of: limit, in: failure.phase)
        case .noTurn(let limit):
            "not asked within \(limit.duration.goText), because the server takes no more calls at "
                + "a time than were open (DEADLINE_EXCEEDED)"
        case .ownFault(let fault): words(of: fault)
        case .tls(let failure): words(of: failure)
        case .notHTTP2(let greeting): words(of: greeting)
        case .connectionLost(let loss)
        where observation.method == .watch && failure.phase == .rpc:
            wordsOfEnd(loss)
        case .connectionLost
        where failure.phase == .http2
            && observation.security.summary?.clientCertificate == .missing:
            "the server closed the connection after it had asked for a client certificate"
        case .connectionLost(let loss): words(of: loss, in: failure.phase)
        case .protocolViolation(let rule): "the server broke HTTP/2's rules: \(escaped(rule))"
        case .goAway(let code, let debugData) where observation.method == .watch:
            "the server went away (GOAWAY \(code.name)" + said(debugData) + ")"
        case .goAway(let code, let debugData):
            "the server is going away and did not answer the call (GOAWAY \(code.name)"
                + said(debugData) + ")"
        case .refused(let status): words(of: status, observation)
        case .notGRPC(let answer): words(of: answer, failure.cause.statusCode)
        case .streamReset(let code):
            "the server reset the stream with \(code.name) (\(failure.cause.statusCode.name))"
        case .badResponse(let rule):
            "\(words(of: rule, observation.method)) (\(rule.statusCode.name))"
        }
    }

    // MARK: - Connecting

    private static func words(of attempts: [AttemptFailure]) -> String {
        guard let first = attempts.first else { return "there is no address to connect to" }
        if attempts.allSatisfy({ $0.error == first.error }) {
            let hosts = attempts.map { escaped($0.address.host) }
            return "\(first.error.description) (\(joined(hosts, by: ", ")))"
        }
        let each = attempts.map { "\(escaped($0.address.host)): \($0.error.description)" }
        return joined(each, by: "; ")
    }

    private static func words(of limit: Limit, in phase: Phase) -> String {
        let time = limit.duration.goText
        return switch phase {
        case .spiffe: "no SPIFFE credentials within \(time)"
        case .resolve: "no answer from the name servers within \(time)"
        case .connect: "no connection within \(time)"
        case .tls: "connected, but the TLS handshake did not finish within \(time)"
        case .http2: "connected, but the server sent no HTTP/2 settings within \(time)"
        case .rpc: "no answer within \(time) (DEADLINE_EXCEEDED)"
        }
    }

    private static func words(of fault: OwnFault) -> String {
        switch fault {
        case .outOfMemory: "this program has run out of memory"
        case .request(let text): "this program cannot build the request: \(escaped(text))"
        case .http2(let text): "this program cannot continue with HTTP/2: \(escaped(text))"
        case .tls: "this program cannot make a TLS connection to a server with this name"
        }
    }

    private static func words(of greeting: Greeting) -> String {
        switch greeting.kind {
        case .tls: "the server speaks TLS, but this check is plaintext"
        case .ssh: "this is an SSH server (first bytes: \(quoted(greeting.firstLine)))"
        case .http1, .other:
            "the server does not speak HTTP/2 (first bytes: \(quoted(greeting.firstLine)))"
        }
    }

    /// The end of a watch that had answers, so none is missing.
    private static func wordsOfEnd(_ loss: ConnectionLoss) -> String {
        switch loss {
        case .closed: "the server closed the connection"
        case .broken(let error): "the connection broke: \(error.description)"
        }
    }

    private static func words(of loss: ConnectionLoss, in phase: Phase) -> String {
        switch (loss, phase) {
        case (.closed, .rpc): "the server closed the connection without an answer (UNAVAILABLE)"
        case (.closed, .tls): "the server closed the connection during the TLS handshake"
        case (.closed, _): "the server closed the connection before sending any HTTP/2 settings"
        case (.broken(let error), .rpc):
            "the connection broke before the answer arrived: \(error.description) (UNAVAILABLE)"
        case (.broken(let error), .tls):
            "the connection broke during the TLS handshake: \(error.description)"
        case (.broken(let error), _):
            "the connection broke before any HTTP/2 settings arrived: \(error.description)"
        }
    }

    // MARK: - The response

    private static func words(of status: GRPCStatus, _ observation: Observation) -> String {
        let said = said(status.message)
        if status.refusesCompression(of: observation) {
            return "the server does not accept compressed requests (UNIMPLEMENTED\(said))"
        }
        return switch (status.code, observation.method) {
        case (.notFound, .check), (.notFound, .watch):
            "service \(quoted(observation.service)) is not registered with the health service"
                + " (NOT_FOUND)"
        case (.unimplemented, .check): "the server has no health service (UNIMPLEMENTED\(said))"
        case (.unimplemented, .watch): "the server has no Watch method (UNIMPLEMENTED\(said))"
        case (.unimplemented, .list):
            "the server does not list its services (UNIMPLEMENTED\(said))"
        case (.resourceExhausted, .list):
            "the server refuses to list its services (RESOURCE_EXHAUSTED\(said))"
        case (.ok, _): "the server ended the watch (OK)"
        default: "the server answered \(status.code.name)\(said)"
        }
    }

    private static func words(of answer: HTTPAnswer, _ code: GRPCStatusCode) -> String {
        var text = "the server answered HTTP \(answer.status)"
        if let phrase = httpReasonPhrase(answer.status) { text += " (\(phrase))" }
        text += ", not gRPC (\(code.name)"
        text += answer.contentType.map { "; content-type \(quoted($0))" } ?? "; no content-type"
        if !answer.excerpt.isEmpty {
            text += "; body \(quoted(beginning(of: answer.excerpt, atMost: Limits.quotedBodySize)))"
        }
        return text + ")"
    }

    private static func words(of rule: BadResponse, _ method: HealthMethod) -> String {
        switch rule {
        case .missingHTTPStatus: "the response has no :status"
        case .illegalHeaderField(let name)
        where name.contains { $0 != $0.asciiLowercased } && name.allSatisfy { $0 > 0x20 }:
            "the field name \(quoted(name)) is illegal: HTTP/2 requires lower case"
        case .illegalHeaderField(let name): "the response has an illegal field \(quoted(name))"
        case .headersTooLarge:
            "the response headers are larger than \(mebibytes(Limits.headerListSize))"
        case .headersInTheMiddle: "the response has headers between its messages"
        case .informationalEnd(let status):
            "the stream ended with an informational response (\(status))"
        case .switchingProtocols:
            "the server answered HTTP 101 (Switching Protocols), which HTTP/2 does not have"
        case .missingStatus: "the trailers have no grpc-status"
        case .malformedStatus(let text): "grpc-status is not a number: \(quoted(text))"
        case .missingTrailers: "the server ended the stream without trailers"
        case .truncatedMessage: "the response message is cut short"
        case .noMessage: "status OK, but no response message"
        case .secondMessage: "more than one response message"
        case .message(let violation): words(of: violation)
        case .corruptCompression: "the compressed response message cannot be decompressed"
        case .noMemory: "this program ran out of memory decompressing the response message"
        case .inflatedTooLarge:
            "the response message is larger than \(mebibytes(Limits.messageSize)) when decompressed"
        case .http2(let rule): "the server broke an HTTP/2 rule on the stream: \(escaped(rule))"
        case .malformedMessage:
            "the response is not a Health\(method == .list ? "List" : "Check")Response"
        case .listTooLong(omitted: 1): "the list is too long: one service is left out"
        case .listTooLong(let omitted): "the list is too long: \(omitted) services are left out"
        }
    }

    private static func words(of violation: MessageReader.Violation) -> String {
        switch violation {
        case .badCompressedFlag(let flag): "the response message has Compressed-Flag \(flag)"
        case .compressedWithoutEncoding:
            "the response message has Compressed-Flag 1, but there is no grpc-encoding"
        case .unsupportedEncoding(let encoding):
            "the response is compressed with \(quoted(encoding));"
                + " only gzip and deflate are understood"
        case .tooLarge(let size):
            "the response message has \(size) bytes; the limit is \(mebibytes(Limits.messageSize))"
        case .noRoom:
            "the server's messages on this connection are over \(mebibytes(Limits.messageRoom))"
                + " together"
        }
    }

    /// What a server said about it, if anything.
    static func said(_ text: [UInt8]) -> String {
        text.isEmpty ? "" : ": \(quoted(beginning(of: text, atMost: Limits.serverTextSize)))"
    }
}

extension Greeting {
    /// Whether it is an HTTP/1 server's complaint about what it was sent.
    var isBadRequest: Bool {
        let version = Array("HTTP/1.".utf8)
        return kind == .http1 && bytes.dropFirst(version.count + 1).starts(with: " 400 ".utf8)
    }

    /// The first line, without its end and no longer than a line of a terminal.
    var firstLine: ArraySlice<UInt8> {
        let isEnd: (UInt8) -> Bool = { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        return (bytes.firstIndex(where: isEnd).map { bytes[..<$0] } ?? bytes[...]).prefix(64)
    }
}
