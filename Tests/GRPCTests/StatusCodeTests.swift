import GRPC
import TestSupport
import Testing

@Suite struct StatusCodeTests {
    @Test(
        arguments: [
            (0, "OK"), (1, "CANCELLED"), (2, "UNKNOWN"), (3, "INVALID_ARGUMENT"),
            (4, "DEADLINE_EXCEEDED"), (5, "NOT_FOUND"), (6, "ALREADY_EXISTS"),
            (7, "PERMISSION_DENIED"), (8, "RESOURCE_EXHAUSTED"), (9, "FAILED_PRECONDITION"),
            (10, "ABORTED"), (11, "OUT_OF_RANGE"), (12, "UNIMPLEMENTED"), (13, "INTERNAL"),
            (14, "UNAVAILABLE"), (15, "DATA_LOSS"), (16, "UNAUTHENTICATED"), (17, "code 17"),
            (99, "code 99"), (.max, "code 2147483647"),
        ] as [(Int32, String)])
    func `a status code has the specification's name, or its number`(code: Int32, name: String) {
        #expect(GRPCStatusCode(code).name == name)
    }

    @Test func `the constants are the numbers of the specification`() {
        let constants: [(GRPCStatusCode, Int32)] = [
            (.ok, 0), (.cancelled, 1), (.unknown, 2), (.deadlineExceeded, 4), (.notFound, 5),
            (.permissionDenied, 7), (.resourceExhausted, 8), (.unimplemented, 12),
            (.internal, 13), (.unavailable, 14), (.unauthenticated, 16),
        ]
        for (constant, number) in constants { #expect(constant.rawValue == number) }
    }

    /// doc/http-grpc-status-mapping.md: "All other codes: UNKNOWN", 200 among them.
    @Test(
        arguments: [
            (400, "INTERNAL"), (401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED"),
            (404, "UNIMPLEMENTED"), (429, "UNAVAILABLE"), (431, "INTERNAL"),
            (502, "UNAVAILABLE"), (503, "UNAVAILABLE"), (504, "UNAVAILABLE"),
            (200, "UNKNOWN"), (204, "UNKNOWN"), (301, "UNKNOWN"), (302, "UNKNOWN"),
            (402, "UNKNOWN"), (405, "UNKNOWN"), (408, "UNKNOWN"), (415, "UNKNOWN"),
            (418, "UNKNOWN"), (430, "UNKNOWN"), (432, "UNKNOWN"), (500, "UNKNOWN"),
            (501, "UNKNOWN"), (505, "UNKNOWN"), (0, "UNKNOWN"), (999, "UNKNOWN"),
            (999_999_999, "UNKNOWN"),
        ])
    func `an HTTP status maps to a gRPC status`(http: Int, name: String) {
        #expect(GRPCStatusCode.from(httpStatus: http).name == name)
    }

    @Test(
        arguments: [
            (200, "OK"), (302, "Found"), (404, "Not Found"), (502, "Bad Gateway"),
            (503, "Service Unavailable"), (418, nil), (0, nil), (999, nil),
        ] as [(Int, String?)])
    func `an HTTP status has its reason phrase, or none`(status: Int, phrase: String?) {
        #expect(httpReasonPhrase(status) == phrase)
    }

    @Test(arguments: HTTP2ErrorRow.all)
    func `an HTTP/2 error code has RFC 9113's name and a gRPC status`(row: HTTP2ErrorRow) {
        let code = HTTP2ErrorCode(row.code)
        #expect(code.name == row.name)
        #expect(GRPCStatusCode.from(reset: code).name == row.status)
    }
}
