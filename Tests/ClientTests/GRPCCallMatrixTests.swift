import Client
import GRPC
import Testing

/// Every state of a call with every input.
@Suite struct GRPCCallMatrixTests {
    @Test(arguments: Row.awaitingHeaders)
    fileprivate func `awaiting headers`(row: Row) {
        row.check(after: [])
    }

    @Test(arguments: Row.awaitingHeaders)
    fileprivate func `awaiting headers after an informational response`(row: Row) {
        row.check(after: [.headers([":status": "103"], end: false)])
    }

    @Test(arguments: Row.receivingMessages)
    fileprivate func `receiving messages`(row: Row) {
        row.check(after: [.responseHeaders])
    }

    @Test(arguments: Row.receivedMessage)
    fileprivate func `receiving messages, one received`(row: Row) {
        row.check(after: [.responseHeaders, .message])
    }

    @Test(arguments: Row.insideMessage)
    fileprivate func `receiving messages, inside one`(row: Row) {
        row.check(after: [.responseHeaders, .data([0, 0, 0, 0, 4, 8], end: false)])
    }

    @Test(arguments: Row.quotingBody)
    fileprivate func `quoting the body of another protocol`(row: Row) {
        row.check(after: [.html(end: false), .data(Array("<p>".utf8), end: false)])
    }

    @Test(arguments: Row.inputs)
    func `ended`(input: CallInput) {
        Row(input, .proceed).check(after: [.responseHeaders, .message, .okTrailers])
    }

    @Test func `no row of the matrix is missing`() {
        let inputs = Row.inputs.map(\.testDescription)
        for rows in [
            Row.awaitingHeaders, Row.receivingMessages, Row.receivedMessage, Row.insideMessage,
            Row.quotingBody,
        ] {
            #expect(rows.map(\.input.testDescription) == inputs)
        }
    }
}

extension CallInput {
    fileprivate static func html(end: Bool) -> CallInput {
        .headers([":status": "502", "content-type": "text/html"], end: end)
    }

    fileprivate static func informational(end: Bool) -> CallInput {
        .headers([":status": "103"], end: end)
    }

    fileprivate static func trailersOnly(_ status: String) -> CallInput {
        .headers(
            [":status": "200", "content-type": "application/grpc", "grpc-status": status],
            end: true)
    }

    fileprivate static let secondMessage = CallInput.data([0, 0, 0, 0, 0], end: false)
    fileprivate static let lastMessage = CallInput.data([0, 0, 0, 0, 0], end: true)
}

private struct Row: Sendable, CustomTestStringConvertible {
    var input: CallInput
    var action: GRPCCall.Action

    init(_ input: CallInput, _ action: GRPCCall.Action) {
        self.input = input
        self.action = action
    }

    var testDescription: String { input.testDescription }

    func check(after earlier: [CallInput]) {
        var call = GRPCCall(kind: .unary)
        var messages: [[UInt8]] = []
        for input in earlier { _ = input.apply(to: &call, &messages) }
        #expect(input.apply(to: &call, &messages) == action)
        // Whatever it was: once a call is over, it stays over.
        guard action != .proceed else { return }
        #expect(call.expire(.rpcTimeout(.seconds(1))) == .proceed)
    }

    static let inputs: [CallInput] = [
        .responseHeaders, .html(end: false), .html(end: true), .informational(end: false),
        .informational(end: true), .trailersOnly("0"), .trailersOnly("12"), .okTrailers,
        .truncatedHeaders(end: false), .truncatedHeaders(end: true), .secondMessage,
        .lastMessage, .data([], end: false), .data([], end: true), .reset(0x8), .brokenRule,
        .lost, .expired,
    ]

    /// Pairs the inputs with their actions.
    private static func rows(_ actions: [GRPCCall.Action]) -> [Row] {
        precondition(actions.count == inputs.count)
        return zip(inputs, actions).map { Row($0, $1) }
    }

    static let awaitingHeaders = rows([
        .proceed,  // headers
        .proceed, .end(.html),  // those of another protocol
        .proceed, .end(.bad(.informationalEnd(103))),
        .end(.bad(.noMessage)), .end(.unimplemented),  // trailers-only
        .end(.bad(.missingHTTPStatus)),  // trailers
        .abandon(.bad(.headersTooLarge), .cancel), .end(.bad(.headersTooLarge)),
        .abandon(.bad(.missingHTTPStatus), .protocolError), .end(.bad(.missingHTTPStatus)),
        .abandon(.bad(.missingHTTPStatus), .protocolError), .end(.bad(.missingHTTPStatus)),
        .end(.failed(.streamReset(.cancel))), .end(.bad(.http2("a rule"))),
        .end(.failed(.connectionLost(.closed))), .abandon(.expired, .cancel),
    ])

    static let receivingMessages = rows([
        .abandon(.bad(.headersInTheMiddle), .protocolError),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        .end(.bad(.noMessage)), .end(.unimplemented),
        .end(.bad(.noMessage)),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.headersTooLarge)),
        .proceed, .end(.bad(.missingTrailers)),
        .proceed, .end(.bad(.missingTrailers)),
        .end(.failed(.streamReset(.cancel))), .end(.bad(.http2("a rule"))),
        .end(.failed(.connectionLost(.closed))), .abandon(.expired, .cancel),
    ])

    static let receivedMessage = rows([
        .abandon(.bad(.headersInTheMiddle), .protocolError),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        // A second `:status` in trailers is overlooked, as grpc-go does.
        .end(.ok), .end(.unimplemented),
        .end(.ok),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.headersTooLarge)),
        .abandon(.bad(.secondMessage), .protocolError), .end(.bad(.secondMessage)),
        .proceed, .end(.bad(.missingTrailers)),
        .end(.failed(.streamReset(.cancel))), .end(.bad(.http2("a rule"))),
        .end(.failed(.connectionLost(.closed))), .abandon(.expired, .cancel),
    ])

    static let insideMessage = rows([
        .abandon(.bad(.headersInTheMiddle), .protocolError),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.missingStatus)),
        // A status that is not OK is better news than the cut.
        .end(.bad(.truncatedMessage)), .end(.unimplemented),
        .end(.bad(.truncatedMessage)),
        .abandon(.bad(.headersInTheMiddle), .protocolError), .end(.bad(.headersTooLarge)),
        // The first bytes complete the message and begin the next.
        .proceed, .end(.bad(.missingTrailers)),
        .proceed, .end(.bad(.missingTrailers)),
        .end(.failed(.streamReset(.cancel))), .end(.bad(.http2("a rule"))),
        .end(.failed(.connectionLost(.closed))), .abandon(.expired, .cancel),
    ])

    /// The verdict stands; only a status of the server's own is better.
    static let quotingBody = rows([
        .abandon(.html("<p>"), .cancel),
        .abandon(.html("<p>"), .cancel), .end(.html("<p>")),
        .abandon(.html("<p>"), .cancel), .end(.html("<p>")),
        .end(.html("<p>")), .end(.unimplemented),
        .end(.html("<p>")),
        .abandon(.html("<p>"), .cancel), .end(.html("<p>")),
        .proceed, .end(.html("<p>\0\0\0\0\0")),
        .proceed, .end(.html("<p>")),
        .end(.html("<p>")), .end(.html("<p>")),
        .end(.html("<p>")), .abandon(.html("<p>"), .cancel),
    ])
}

extension GRPCCall.End {
    fileprivate static let html = html("")
    fileprivate static let unimplemented = GRPCCall.End.failed(
        .refused(GRPCStatus(code: .unimplemented)))
    fileprivate static let expired = GRPCCall.End.failed(.timedOut(.rpcTimeout(.seconds(1))))

    fileprivate static func html(_ body: String) -> GRPCCall.End {
        .failed(
            .notGRPC(
                HTTPAnswer(
                    status: 502, contentType: Array("text/html".utf8),
                    excerpt: Array(body.utf8))))
    }

}
