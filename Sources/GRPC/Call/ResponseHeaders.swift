import Basics

/// What one header block of a response says, as far as gRPC is concerned. Fields it does not
/// know are ignored; of repeated fields the last one counts.
package struct ResponseHeaders {
    package enum Status: Equatable {
        case absent
        case code(GRPCStatusCode)
        /// `grpc-status` is not a decimal integer (doc/statuscodes.md: the client says UNKNOWN).
        case malformed([UInt8])
    }

    /// `:status`; nil when the block has none.
    private(set) package var httpStatus: Int?
    private(set) package var contentType: [UInt8]?
    private(set) package var encoding: [UInt8]?
    private(set) package var grpcStatus = Status.absent
    private(set) package var grpcMessage: [UInt8] = []
    /// The name of the first field that HTTP/2 does not allow to stand here, if any
    /// (RFC 9113 sections 8.2 and 8.3), or of a `:status` that is not a number.
    private(set) package var illegalField: [UInt8]?

    package init(_ fields: [HeaderField]) {
        var pseudoFieldsEnded = false
        for field in fields {
            let isPseudo = field.name.first == UInt8(ascii: ":")
            if !field.isLegal || (isPseudo && pseudoFieldsEnded) {
                illegalField = illegalField ?? field.name
            }
            pseudoFieldsEnded = pseudoFieldsEnded || !isPseudo
            read(field)
        }
    }

    private mutating func read(_ field: HeaderField) {
        switch field.name {
        case Name.status:
            let isRepeated = httpStatus != nil
            httpStatus = decimal(field.value, digits: 9)
            if httpStatus == nil || isRepeated { illegalField = illegalField ?? field.name }
        case Name.contentType: contentType = field.value
        case Name.grpcEncoding: encoding = field.value
        case Name.grpcStatus:
            grpcStatus =
                decimal(field.value, digits: 10).flatMap { Int32(exactly: $0) }
                .map { .code(GRPCStatusCode($0)) } ?? .malformed(field.value)
        case Name.grpcMessage: grpcMessage = percentDecoded(field.value)
        default: break
        }
    }

    /// Whether `content-type` is gRPC's: `application/grpc` alone or followed by `+` or `;`
    /// (PROTOCOL-HTTP2.md, "Content-Type"). `application/grpc-web` is another protocol.
    package var isGRPC: Bool {
        guard let contentType, contentType.starts(with: Name.grpcContentType) else {
            return false
        }
        let next = contentType.dropFirst(Name.grpcContentType.count).first
        return next == nil || next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
    }

    /// What the server says, given the code that `grpcStatus` has.
    package func serverStatus(_ code: GRPCStatusCode) -> GRPCStatus {
        GRPCStatus(
            code: code, message: grpcMessage, httpStatus: httpStatus == 200 ? nil : httpStatus)
    }

    private enum Name {
        static let status = Array(":status".utf8)
        static let contentType = Array("content-type".utf8)
        static let grpcEncoding = Array("grpc-encoding".utf8)
        static let grpcStatus = Array("grpc-status".utf8)
        static let grpcMessage = Array("grpc-message".utf8)
        static let grpcContentType = Array("application/grpc".utf8)
    }
}

extension HeaderField {
    /// Whether a response may carry this field: a lower-case token as its name, no control
    /// bytes in its value, and no pseudo-header field but `:status`
    /// (RFC 9113 sections 8.2.1 and 8.3.2). Octets above 0x7F are legal HTTP.
    fileprivate var isLegal: Bool {
        let isControl: (UInt8) -> Bool = { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }
        guard !value.contains(where: isControl) else { return false }
        if name.first == UInt8(ascii: ":") { return name == Array(":status".utf8) }
        return !name.isEmpty && name.allSatisfy { $0.isFieldNameOctet }
    }
}

extension UInt8 {
    /// A lower-case `tchar` of RFC 9110 section 5.6.2.
    fileprivate var isFieldNameOctet: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"),
            UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// The value of one to `digits` decimal digits; nil for anything else. Leading zeros are taken,
/// as both grpc-go and C-core take them.
private func decimal(_ text: [UInt8], digits: Int) -> Int? {
    guard (1...digits).contains(text.count) else { return nil }
    var value = 0
    for byte in text {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
}
