/// A gRPC status code. Open: a server may send numbers that nobody has named, and they are kept
/// (doc/statuscodes.md names 0 to 16).
package struct GRPCStatusCode: Equatable, Sendable {
    package var rawValue: Int32

    package init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let ok = GRPCStatusCode(0)
    package static let cancelled = GRPCStatusCode(1)
    package static let unknown = GRPCStatusCode(2)
    package static let deadlineExceeded = GRPCStatusCode(4)
    package static let notFound = GRPCStatusCode(5)
    package static let permissionDenied = GRPCStatusCode(7)
    package static let resourceExhausted = GRPCStatusCode(8)
    package static let unimplemented = GRPCStatusCode(12)
    package static let `internal` = GRPCStatusCode(13)
    package static let unavailable = GRPCStatusCode(14)
    package static let unauthenticated = GRPCStatusCode(16)

    /// The name in the specification's spelling; `code 17` for a number it does not name.
    package var name: String {
        switch rawValue {
        case 0: "OK"
        case 1: "CANCELLED"
        case 2: "UNKNOWN"
        case 3: "INVALID_ARGUMENT"
        case 4: "DEADLINE_EXCEEDED"
        case 5: "NOT_FOUND"
        case 6: "ALREADY_EXISTS"
        case 7: "PERMISSION_DENIED"
        case 8: "RESOURCE_EXHAUSTED"
        case 9: "FAILED_PRECONDITION"
        case 10: "ABORTED"
        case 11: "OUT_OF_RANGE"
        case 12: "UNIMPLEMENTED"
        case 13: "INTERNAL"
        case 14: "UNAVAILABLE"
        case 15: "DATA_LOSS"
        case 16: "UNAUTHENTICATED"
        default: "code \(rawValue)"
        }
    }
}

/// What a server said in its trailers: `grpc-status`, and `grpc-message` percent-decoded.
package struct GRPCStatus: Equatable, Sendable {
    package var code: GRPCStatusCode
    /// Bytes as the server meant them: usually UTF-8, never trusted.
    package var message: [UInt8]
    /// `:status`, where it came with the status and was not the 200 that gRPC always has.
    package var httpStatus: Int?

    package init(code: GRPCStatusCode, message: [UInt8] = [], httpStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
    }
}
