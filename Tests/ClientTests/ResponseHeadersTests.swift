import Basics
import Client
import GRPC
import Testing

/// The rules about header fields, as a call sees them.
@Suite struct ResponseHeadersTests {
    // MARK: content-type

    @Test(
        arguments: [
            "application/grpc", "application/grpc+proto", "application/grpc+json",
            "application/grpc;charset=utf-8", "application/grpc+", "application/grpc;",
        ])
    func `a content-type of gRPC begins a response`(type: String) {
        let headers = CallInput.headers([":status": "200", "content-type": type], end: false)
        #expect(play([headers, .message, .okTrailers]).end == .ok)
    }

    @Test(
        arguments: [
            nil, "", "application/grpc-web", "application/grpc-web+proto", "application/grp",
            "application/grpcx", "application/grpc ", " application/grpc", "application/json",
            "text/html", "text/html; x=application/grpc", "Application/gRPC",
        ])
    func `any other content-type is another protocol`(type: String?) {
        var headers = fields([":status": "200"])
        if let type { headers.append(HeaderField("content-type", type)) }
        let answer = HTTPAnswer(status: 200, contentType: type.map { Array($0.utf8) })
        #expect(play([.headers(headers, end: true)]).end == .failed(.notGRPC(answer)))
    }

    // MARK: :status

    @Test(arguments: ["", "abc", "2xx", "-200", "+200", " 200", "0x1F", "9999999999"])
    func `a status that is no number is illegal`(status: String) {
        let headers = CallInput.headers(
            [":status": status, "content-type": "application/grpc"], end: false)
        #expect(
            play([headers, .message, .okTrailers]).end
                == .bad(.illegalHeaderField(Array(":status".utf8))))
    }

    @Test func `headers without a status are no response`() {
        let headers = CallInput.headers(["content-type": "application/grpc"], end: false)
        #expect(play([headers, .message, .okTrailers]).end == .bad(.missingHTTPStatus))
        #expect(play([.headers([:], end: false)]).end == .bad(.missingHTTPStatus))
    }

    @Test func `two statuses are one too many`() {
        let headers = CallInput.headers(
            [":status": "200", ":status": "200", "content-type": "application/grpc"], end: false)
        #expect(
            play([headers, .message, .okTrailers]).end
                == .bad(.illegalHeaderField(Array(":status".utf8))))
    }

    // MARK: grpc-status

    @Test(
        arguments: [
            ("0", .ok),
            ("00", .ok),
            ("007", .status(7)),
            ("5", .status(5)),
            ("16", .status(16)),
            ("17", .status(17)),
            ("99", .status(99)),
            ("2147483647", .status(.max)),
            ("2147483648", .malformed("2147483648")),
            ("9999999999", .malformed("9999999999")),
            ("99999999999", .malformed("99999999999")),
            ("18446744073709551616", .malformed("18446744073709551616")),
            ("abc", .malformed("abc")),
            ("", .malformed("")),
            ("-1", .malformed("-1")),
            ("+0", .malformed("+0")),
            (" 0", .malformed(" 0")),
            ("0 ", .malformed("0 ")),
            ("0x0", .malformed("0x0")),
            ("0,0", .malformed("0,0")),
            ("OK", .malformed("OK")),
            ("٠", .malformed("٠")),
        ] as [(String, GRPCCall.End)])
    func `grpc-status is a decimal number`(text: String, end: GRPCCall.End) {
        let trailers = CallInput.headers(["grpc-status": text], end: true)
        #expect(play([.responseHeaders, .message, trailers]).end == end)
        // The same in a response that is nothing but trailers, where OK lacks its message.
        let only = CallInput.headers(
            [":status": "200", "content-type": "application/grpc", "grpc-status": text], end: true)
        #expect(play([only]).end == (end == .ok ? .bad(.noMessage) : end))
    }

    // MARK: Legal and illegal fields

    @Test(
        arguments: [
            ("X-Upper", "1"), ("x y", "1"), ("x:y", "1"), ("x(y)", "1"), ("x\u{7F}", "1"),
            ("grün", "1"), ("", "1"), (":path", "/"), (":unknown", "1"), (":", "1"),
            ("x", "a\nb"), ("x", "a\rb"), ("x", "a\0b"), ("x", "\u{1B}[2J"), ("x", "\u{7F}"),
        ].map { IllegalField(name: $0, value: $1) })
    fileprivate func `an illegal field spoils a success`(field: IllegalField) {
        let illegal = GRPCCall.End.bad(.illegalHeaderField(field.field.name))
        let headers = fields([":status": "200", "content-type": "application/grpc"])
        // Pseudo-header fields come first, others at the end.
        let spoilt =
            field.isPseudo ? [field.field] + headers : headers + [field.field]
        let early = play([.headers(spoilt, end: false), .message, .okTrailers])
        #expect(early == CallOutcome(end: illegal, resetCode: .protocolError, messages: []))

        let trailers = fields(["grpc-status": "0"])
        let late = play([
            .responseHeaders, .message,
            .headers(
                field.isPseudo ? [field.field] + trailers : trailers + [field.field], end: true),
        ])
        #expect(late.end == illegal)
    }

    @Test func `a pseudo-header field after others is illegal`() {
        let headers = CallInput.headers(
            ["content-type": "application/grpc", ":status": "200"], end: false)
        #expect(play([headers]).end == .bad(.illegalHeaderField(Array(":status".utf8))))
    }

    @Test func `of several illegal fields the first is named`() {
        let headers = CallInput.headers([":status": "200", "B": "1", "A": "1"], end: false)
        #expect(play([headers]).end == .bad(.illegalHeaderField(Array("B".utf8))))
    }

    @Test func `a refusal is heard in spite of an illegal field`() {
        let refusal = GRPCCall.End.failed(
            .refused(GRPCStatus(code: .unavailable, message: Array("draining".utf8))))
        let trailers = CallInput.headers(
            ["X-Upper": "1", "grpc-status": "14", "grpc-message": "draining"], end: true)
        #expect(play([.responseHeaders, trailers]).end == refusal)
        let only = CallInput.headers(
            [
                ":status": "200", "Connection": "close", "grpc-status": "14",
                "grpc-message": "draining",
            ], end: true)
        #expect(play([only]).end == refusal)
    }

    @Test func `octets above ASCII and tabs are legal in values`() {
        var headers = fields([":status": "200", "content-type": "application/grpc"])
        headers.append(HeaderField(name: Array("x".utf8), value: [0x80, 0xFF, 0x09, 0x41]))
        headers.append(HeaderField(name: Array("!#$%&'*+-.^_`|~09az".utf8), value: []))
        #expect(play([.headers(headers, end: false), .message, .okTrailers]).end == .ok)
    }

    @Test func `what gRPC does not know is ignored`() {
        let headers = CallInput.headers(
            [
                ":status": "200", "content-type": "application/grpc", "connection": "close",
                "content-length": "3", "trace-bin": "%%%", "grpc-encoding": "gzip",
                "grpc-accept-encoding": "identity,deflate,gzip",
            ], end: false)
        let trailers = CallInput.headers(
            ["grpc-status": "0", "grpc-status-details-bin": "not base64"], end: true)
        #expect(play([headers, .message, trailers]).end == .ok)
    }

    // MARK: Repeated fields

    @Test func `of repeated fields the last counts`() {
        let headers = CallInput.headers(
            [":status": "200", "content-type": "text/html", "content-type": "application/grpc"],
            end: false)
        let trailers = CallInput.headers(
            [
                "grpc-status": "0", "grpc-message": "first", "grpc-status": "14",
                "grpc-message": "second",
            ], end: true)
        #expect(
            play([headers, .message, trailers]).end
                == .failed(
                    .refused(GRPCStatus(code: .unavailable, message: Array("second".utf8)))))
    }
}

extension GRPCCall.End {
    static func bad(_ rule: BadResponse) -> GRPCCall.End { .failed(.badResponse(rule)) }

    static func status(_ code: Int32) -> GRPCCall.End {
        .failed(.refused(GRPCStatus(code: GRPCStatusCode(code))))
    }

    static func malformed(_ text: String) -> GRPCCall.End {
        .bad(.malformedStatus(Array(text.utf8)))
    }
}

private struct IllegalField: Sendable, CustomTestStringConvertible {
    var field: HeaderField

    init(name: String, value: String) {
        field = HeaderField(name: Array(name.utf8), value: Array(value.utf8))
    }

    var isPseudo: Bool { field.name.first == UInt8(ascii: ":") }

    var testDescription: String { "\(quoted(field.name)): \(quoted(field.value))" }
}
