import Basics
import Client
import GRPC
import Outcome
import TestSupport
import Testing

/// Whole calls, as servers are known to end them.
@Suite struct GRPCCallScriptTests {
    // MARK: How a response can end

    @Test(arguments: [5, 12, 16, 99] as [Int32])
    func `trailers alone are a response`(code: Int32) {
        let trailers = CallInput.headers(
            [
                ":status": "200", "content-type": "application/grpc", "grpc-status": "\(code)",
                "grpc-message": "say%20why",
            ], end: true)
        let status = GRPCStatus(code: GRPCStatusCode(code), message: Array("say why".utf8))
        #expect(play([trailers]) == CallOutcome(end: .failed(.refused(status))))
    }

    @Test func `headers, a message and trailers are a success`() {
        let outcome = play([.responseHeaders, .message, .okTrailers])
        #expect(outcome == CallOutcome(end: .ok, messages: [[8, 1]]))
    }

    @Test func `a message can come in any pieces`() {
        let bytes: [UInt8] = [0, 0, 0, 0, 2, 8, 1]
        let whole = CallOutcome(end: .ok, messages: [[8, 1]])
        for index in 0...bytes.count {
            let head = CallInput.data(Array(bytes[..<index]), end: false)
            let tail = CallInput.data(Array(bytes[index...]), end: false)
            #expect(play([.responseHeaders, head, tail, .okTrailers]) == whole)
        }
        let single = bytes.map { CallInput.data([$0], end: false) }
        #expect(play([.responseHeaders] + single + [.okTrailers]) == whole)
    }

    @Test func `the stream must not end with data`() {
        let end = CallInput.data([0, 0, 0, 0, 2, 8, 1], end: true)
        #expect(play([.responseHeaders, end]).end == .bad(.missingTrailers))
        let empty = CallInput.data([], end: true)
        #expect(play([.responseHeaders, .message, empty]).end == .bad(.missingTrailers))
    }

    @Test func `trailers have to say a status`() {
        let trailers = CallInput.headers(["x": "1"], end: true)
        #expect(play([.responseHeaders, .message, trailers]).end == .bad(.missingStatus))
        #expect(play([.responseHeaders, .headers([:], end: true)]).end == .bad(.missingStatus))
    }

    @Test func `a message before a refusal is not trusted`() {
        let trailers = CallInput.headers(["grpc-status": "13"], end: true)
        #expect(play([.responseHeaders, .message, trailers]).end == .status(13))
    }

    // MARK: Cardinality

    @Test func `a unary response has exactly one message`() {
        #expect(play([.responseHeaders, .okTrailers]).end == .bad(.noMessage))
        #expect(
            play([.responseHeaders, .message, .message, .okTrailers])
                == CallOutcome(
                    end: .bad(.secondMessage), resetCode: .protocolError,
                    messages: [[8, 1], [8, 1]]))
        let both = CallInput.data([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], end: false)
        #expect(play([.responseHeaders, both, .okTrailers]).end == .bad(.secondMessage))
    }

    @Test(arguments: 0...3)
    func `a streaming response has any number of messages`(count: Int) {
        let messages = Array(repeating: CallInput.message, count: count)
        let outcome = play(
            [.responseHeaders] + messages + [.okTrailers], kind: .serverStreaming)
        #expect(outcome.end == .ok)
        #expect(outcome.messages.count == count)
    }

    @Test func `a streaming response may have no headers of its own`() {
        let only = CallInput.headers(
            [":status": "200", "content-type": "application/grpc", "grpc-status": "0"], end: true)
        #expect(play([only], kind: .serverStreaming).end == .ok)
    }

    @Test func `a message cut short is no success`() {
        let part = CallInput.data([0, 0, 0, 0, 3, 8, 1], end: false)
        for kind in [GRPCCall.Kind.unary, .serverStreaming] {
            #expect(
                play([.responseHeaders, part, .okTrailers], kind: kind).end
                    == .bad(.truncatedMessage))
        }
    }

    // MARK: Responses that are not gRPC

    private static let httpStatuses = [
        200, 204, 302, 400, 401, 403, 404, 429, 431, 500, 502, 503, 504,
    ]

    @Test(arguments: httpStatuses)
    func `an answer of another protocol is quoted`(status: Int) {
        let headers = CallInput.headers(
            [":status": "\(status)", "content-type": "text/html"], end: false)
        let answer = HTTPAnswer(
            status: status, contentType: Array("text/html".utf8), excerpt: Array("<h1>".utf8))
        #expect(
            play([headers, .data(Array("<h1>".utf8), end: true)])
                == CallOutcome(end: .failed(.notGRPC(answer))))
    }

    @Test(arguments: httpStatuses)
    func `a status of the server's own counts, whatever the HTTP status`(status: Int) {
        for type in ["text/html", "application/grpc"] {
            let only = CallInput.headers(
                [":status": "\(status)", "content-type": type, "grpc-status": "7"], end: true)
            #expect(play([only]).end == .refused(7, httpStatus: status))
        }
        let headers = CallInput.headers(
            [":status": "\(status)", "content-type": "text/html", "grpc-status": "7"], end: false)
        #expect(play([headers]).end == .refused(7, httpStatus: status))
    }

    @Test func `an OK of another protocol's response is none`() {
        let headers = CallInput.headers(
            [":status": "503", "content-type": "application/grpc", "grpc-status": "0"], end: false)
        guard case .failed(.notGRPC(let answer)) = play([headers, .message, .okTrailers]).end
        else {
            Issue.record("503 was taken for a success")
            return
        }
        #expect(answer.status == 503)
    }

    @Test func `no more of a body is read than is quoted`() {
        let headers = CallInput.headers([":status": "500"], end: false)
        let kilobyte = [UInt8](repeating: 0x61, count: 1024)
        let answer = HTTPAnswer(status: 500, contentType: nil, excerpt: kilobyte)
        let expected = CallOutcome(end: .failed(.notGRPC(answer)), resetCode: .cancel)
        #expect(play([headers, .data(kilobyte + kilobyte, end: false)]) == expected)
        let pieces = Array(
            repeating: CallInput.data(Array(kilobyte[..<100]), end: false), count: 11)
        #expect(play([headers] + pieces) == expected)
    }

    @Test func `trailers end a body of another protocol`() {
        let headers = CallInput.headers([":status": "500"], end: false)
        let answer = HTTPAnswer(status: 500, contentType: nil)
        let trailers = CallInput.headers(["x": "1"], end: true)
        #expect(play([headers, trailers]) == CallOutcome(end: .failed(.notGRPC(answer))))
    }

    // MARK: Informational responses

    @Test func `informational responses are skipped`() {
        let some = [100, 102, 103, 199].map {
            CallInput.headers([":status": "\($0)", "link": "</x>"], end: false)
        }
        #expect(play(some + [.responseHeaders, .message, .okTrailers]).end == .ok)
    }

    @Test(arguments: [100, 103])
    func `an informational response cannot be the last`(status: Int) {
        let headers = CallInput.headers([":status": "\(status)"], end: true)
        #expect(play([headers]).end == .bad(.informationalEnd(status)))
    }

    // MARK: Resets, lost connections and the clock

    @Test(arguments: HTTP2ErrorRow.all)
    func `a reset ends a call at any point but the end`(row: HTTP2ErrorRow) {
        let reset = CallInput.reset(row.code)
        let failed = GRPCCall.End.failed(.streamReset(HTTP2ErrorCode(row.code)))
        let half = CallInput.data([0, 0, 0, 0, 2, 8], end: false)
        #expect(play([reset]).end == failed)
        #expect(play([.responseHeaders, reset]).end == failed)
        #expect(play([.responseHeaders, half, reset]).end == failed)
        #expect(play([.responseHeaders, .message, reset]).end == failed)
        #expect(play([.responseHeaders, .message, .okTrailers, reset]).end == .ok)
        #expect(Cause.streamReset(HTTP2ErrorCode(row.code)).statusCode.name == row.status)
    }

    @Test func `a connection that goes away takes its calls along`() {
        let cause = Cause.goAway(.enhanceYourCalm, debugData: Array("too_many_pings".utf8))
        for earlier in [[], [CallInput.responseHeaders], [.responseHeaders, .message]] {
            var call = GRPCCall(kind: .unary)
            var messages: [[UInt8]] = []
            for input in earlier { _ = input.apply(to: &call, &messages) }
            #expect(call.loseConnection(cause) == .end(.failed(cause)))
        }
    }

    @Test func `a cancellation at the deadline is the deadline`() {
        let limit = Limit.rpcTimeout(.seconds(1))
        let expired = GRPCCall.End.failed(.timedOut(limit))
        let cancelled: [GRPCCall.End] = [
            .failed(.streamReset(.cancel)), .status(1), .status(4),
        ]
        for end in cancelled { #expect(end.attributingCancellation(to: limit) == expired) }
        let others: [GRPCCall.End] = [
            .ok, .status(14), .failed(.streamReset(.noError)),
            .failed(.connectionLost(.closed)), .bad(.missingTrailers),
        ]
        for end in others { #expect(end.attributingCancellation(to: limit) == end) }
    }

    // MARK: Messages and words

    @Test(
        arguments: [
            (nil, 1, .compressedWithoutEncoding),
            ("identity", 1, .compressedWithoutEncoding),
            ("br", 1, .unsupportedEncoding(Array("br".utf8))),
            ("bogus", 1, .unsupportedEncoding(Array("bogus".utf8))),
            (nil, 2, .badCompressedFlag(2)),
            ("gzip", 2, .badCompressedFlag(2)),
        ] as [(String?, UInt8, MessageReader.Violation)])
    func `a compressed message that nobody here can read is refused`(
        encoding: String?, flag: UInt8, violation: MessageReader.Violation
    ) {
        var headers = fields([":status": "200", "content-type": "application/grpc"])
        if let encoding { headers.append(HeaderField("grpc-encoding", encoding)) }
        let outcome = play([
            .headers(headers, end: false), .data([flag, 0, 0, 0, 2, 8, 1], end: false),
            .okTrailers,
        ])
        #expect(outcome.end == .bad(.message(violation)))
        #expect(outcome.messages.isEmpty)
    }

    @Test(arguments: [4_194_305, 4_294_967_295])
    func `too large a message ends the call with its first five bytes`(size: Int) {
        let prefix = [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
        #expect(
            play([.responseHeaders, .data(prefix, end: false)])
                == CallOutcome(end: .bad(.message(.tooLarge(size))), resetCode: .cancel))
    }

    @Test(
        arguments: [
            ("a%20b", "a b"), ("100%", "100%"), ("%e4%bd%a0", "你"), ("%%41", "%A"), ("", ""),
            ("%1b[2J%0d%0a", "\u{1B}[2J\r\n"),
            (String(repeating: "%41", count: 10_000), String(repeating: "A", count: 10_000)),
        ].map { MessageRow(encoded: $0, decoded: $1) })
    fileprivate func `a server's message is decoded`(row: MessageRow) {
        let trailers = CallInput.headers(
            ["grpc-status": "13", "grpc-message": row.encoded], end: true)
        #expect(
            play([.responseHeaders, trailers]).end
                == .failed(.refused(GRPCStatus(code: .internal, message: Array(row.decoded.utf8)))))
    }
}

private struct MessageRow: Sendable, CustomTestStringConvertible {
    var encoded: String
    var decoded: String

    var testDescription: String { quoted(encoded.utf8.prefix(20)) }
}

extension GRPCCall.End {
    /// A status of the server's own in a response with another HTTP status than 200.
    fileprivate static func refused(_ code: Int32, httpStatus: Int) -> GRPCCall.End {
        .failed(
            .refused(
                GRPCStatus(
                    code: GRPCStatusCode(code), httpStatus: httpStatus == 200 ? nil : httpStatus)))
    }
}
