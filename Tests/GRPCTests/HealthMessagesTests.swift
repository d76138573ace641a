import Basics
import GRPC
import Testing

@Suite struct HealthMessagesTests {
    @Test func `a method has its path`() {
        #expect(HealthMethod.check.path == "/grpc.health.v1.Health/Check")
    }

    @Test(
        arguments: [
            (0, "UNKNOWN"), (1, "SERVING"), (2, "NOT_SERVING"), (3, "SERVICE_UNKNOWN"),
            (4, "UNRECOGNIZED(4)"), (99, "UNRECOGNIZED(99)"), (-1, "UNRECOGNIZED(-1)"),
            (.min, "UNRECOGNIZED(-2147483648)"),
        ] as [(Int32, String)])
    func `a status has a name, whatever its number`(number: Int32, name: String) {
        #expect(ServingStatus(number).name == name)
    }

    // MARK: Requests

    @Test(
        arguments: [
            ("", []),
            ("a", [0x0A, 1, 0x61]),
            ("shop.Cart", [0x0A, 9] + Array("shop.Cart".utf8)),
            ("é", [0x0A, 2, 0xC3, 0xA9]),
            (
                String(repeating: "n", count: 127),
                [0x0A, 0x7F] + [UInt8](repeating: 0x6E, count: 127)
            ),
            (
                String(repeating: "n", count: 128),
                [0x0A, 0x80, 1] + [UInt8](repeating: 0x6E, count: 128)
            ),
            (
                String(repeating: "n", count: 16_384),
                [0x0A, 0x80, 0x80, 1] + [UInt8](repeating: 0x6E, count: 16_384)
            ),
        ] as [(String, [UInt8])])
    func `a request is the name, or nothing`(service: String, message: [UInt8]) {
        #expect(HealthCheckRequest.encoded(service: service) == message)
    }

    // MARK: Responses

    @Test(arguments: ResponseRow.good)
    fileprivate func `a response has one status`(row: ResponseRow<Int32>) throws {
        #expect(try HealthCheckResponse.decode(row.message) == ServingStatus(row.expected))
    }

    @Test(arguments: ResponseRow.bad)
    fileprivate func `a response that is no message is refused`(row: ResponseRow<ProtobufError>) {
        #expect(throws: BadResponse.malformedMessage(row.expected)) {
            try HealthCheckResponse.decode(row.message)
        }
    }

    @Test func `a response cut anywhere is never SERVING by accident`() throws {
        // An unknown field of each kind, and SERVING at the very end.
        let message: [UInt8] =
            [0x10, 5] + [0x19, 1, 2, 3, 4, 5, 6, 7, 8] + [0x22, 3, 8, 1, 8]
            + [0x2D, 1, 2, 3, 4] + [0x33, 0x08, 1, 0x34] + [0x08, 1]
        #expect(try HealthCheckResponse.decode(message) == .serving)
        for count in 0..<message.count {
            let status = try? HealthCheckResponse.decode(Array(message.prefix(count)))
            #expect(status != .serving)
        }
    }

    @Test func `groups nested without end are refused`() {
        let deep = [UInt8](repeating: 0x13, count: 100_000)
        #expect(throws: BadResponse.malformedMessage(.unbalancedGroup)) {
            try HealthCheckResponse.decode(deep)
        }
    }
}

private struct ResponseRow<Expected: Sendable>: Sendable, CustomTestStringConvertible {
    var name: String
    var message: [UInt8]
    var expected: Expected

    init(_ name: String, _ message: [UInt8], _ expected: Expected) {
        self.name = name
        self.message = message
        self.expected = expected
    }

    var testDescription: String { name }
}

extension ResponseRow where Expected == Int32 {
    static let good = [
        ResponseRow("empty", [], 0),
        ResponseRow("0", [8, 0], 0),
        ResponseRow("1", [8, 1], 1),
        ResponseRow("2", [8, 2], 2),
        ResponseRow("3", [8, 3], 3),
        ResponseRow("4", [8, 4], 4),
        ResponseRow("99", [8, 99], 99),
        ResponseRow("300", [8, 0xAC, 2], 300),
        ResponseRow("-1", [8] + [UInt8](repeating: 0xFF, count: 9) + [1], -1),
        ResponseRow("a needlessly long 1", [8, 0x81, 0x80, 0x80, 0], 1),
        ResponseRow("1 in ten bytes", [8, 0x81] + [UInt8](repeating: 0x80, count: 8) + [0], 1),
        ResponseRow("higher bits are dropped", [8, 0x81, 0x80, 0x80, 0x80, 0x10], 1),
        ResponseRow("the last of two, 1", [8, 2, 8, 1], 1),
        ResponseRow("the last of two, 2", [8, 1, 8, 2], 2),
        ResponseRow("the last of two, 0", [8, 1, 8, 0], 0),
        ResponseRow("another field as varint", [0x10, 1], 0),
        ResponseRow("another field with the bytes of SERVING", [0x12, 2, 8, 1], 0),
        ResponseRow("another field as fixed64", [0x11, 8, 1, 8, 1, 8, 1, 8, 1, 8, 2], 2),
        ResponseRow("another field as fixed32", [0x15, 8, 1, 8, 1, 8, 2], 2),
        ResponseRow("a group", [0x13, 8, 1, 0x14, 8, 2], 2),
        ResponseRow("a field number of 29 bits", [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 1, 8, 1], 1),
        ResponseRow("status as bytes is another field", [0x0A, 1, 1], 0),
        ResponseRow("status as fixed32 is another field", [0x0D, 1, 0, 0, 0], 0),
        ResponseRow("status as fixed64 is another field", [0x09, 1, 0, 0, 0, 0, 0, 0, 0], 0),
    ]
}

extension ResponseRow where Expected == ProtobufError {
    static let bad = [
        ResponseRow("a tag alone", [8], .truncated),
        ResponseRow("half a varint", [8, 0x80], .truncated),
        ResponseRow("half a tag", [0x88], .truncated),
        ResponseRow(
            "eleven bytes", [8] + [UInt8](repeating: 0x80, count: 10) + [0], .varintTooLong),
        ResponseRow("a tag of six bytes", [0x88, 0x80, 0x80, 0x80, 0x80, 0, 1], .varintTooLong),
        ResponseRow("a tag over 32 bits", [0x88, 0x80, 0x80, 0x80, 0x10, 1], .illegalTag),
        ResponseRow("field 0", [0, 1], .illegalTag),
        ResponseRow("wire type 6", [0x0E, 1], .illegalWireType),
        ResponseRow("wire type 7", [0x0F, 1], .illegalWireType),
        ResponseRow("bytes longer than the rest", [0x12, 3, 1, 2], .truncated),
        ResponseRow(
            "bytes longer than memory", [0x12] + [UInt8](repeating: 0xFF, count: 9) + [1],
            .varintTooLong),
        ResponseRow(
            "a length of six bytes", [0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0], .varintTooLong),
        ResponseRow("a length of 2^35-1", [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0], .truncated),
        ResponseRow("half a fixed32", [0x15, 1, 2, 3], .truncated),
        ResponseRow("half a fixed64", [0x11, 1, 2, 3, 4, 5, 6, 7], .truncated),
        ResponseRow("a group without its end", [0x13, 8, 1], .unbalancedGroup),
        ResponseRow("a group with another's end", [0x13, 0x1C], .unbalancedGroup),
        ResponseRow("an end without its group", [0x14], .unbalancedGroup),
        ResponseRow("a good beginning", [8, 1, 8], .truncated),
    ]
}
