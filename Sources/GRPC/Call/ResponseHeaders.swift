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
    /// Whether `contentType` is gRPC's: `application/grpc` alone or followed by `+` or `;`
    /// (PROTOCOL-HTTP2.md, "Content-Type"). `application/grpc-web` is another protocol.
    private(set) package var isGRPC = false
    private(set) package var encoding: [UInt8]?
    private(set) package var grpcStatus = Status.absent
    private(set) package var grpcMessage: [UInt8] = []
    /// The name of the first field that HTTP/2 does not allow to stand here, if any
    /// (RFC 9113 sections 8.2 and 8.3), or of a `:status` that is not a number.
    private(set) package var illegalField: [UInt8]?

    package init(_ block: HeaderBlock) {
        var pseudoFieldsEnded = false
        block.forEach { name, value in
            let isPseudo = !name.isEmpty && name[0] == UInt8(ascii: ":")
            let isLegal =
                switch read(name, value) {
                case .all: true
                case .name: !Self.hasControls(value)
                case .nothing: Self.isLegal(name) && !Self.hasControls(value)
                }
            if !isLegal || (isPseudo && pseudoFieldsEnded) { objectTo(name) }
            pseudoFieldsEnded = pseudoFieldsEnded || !isPseudo
        }
    }

    private mutating func objectTo(_ name: Span<UInt8>) {
        if illegalField == nil { illegalField = name.array }
    }

    /// How much of a field is known, and is legal therefore.
    private enum Known {
        case nothing
        case name
        /// The value, too.
        case all
    }

    private mutating func read(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Known {
        if name.spells(":status") {
            let isRepeated = httpStatus != nil
            httpStatus = decimal(value, digits: 9)
            if httpStatus == nil || isRepeated { objectTo(name) }
            return httpStatus == nil ? .name : .all
        } else if name.spells("content-type") {
            let isPlain = value.spells("application/grpc")
            isGRPC = isPlain || Self.isGRPC(value)
            contentType = isPlain ? Self.plainGRPC : value.array
            return isPlain ? .all : .name
        } else if name.spells("grpc-encoding") {
            encoding = value.array
            return .name
        } else if name.spells("grpc-status") {
            guard let code = decimal(value, digits: 10).flatMap({ Int32(exactly: $0) }) else {
                grpcStatus = .malformed(value.array)
                return .name
            }
            grpcStatus = .code(GRPCStatusCode(code))
            return .all
        } else if name.spells("grpc-message") {
            grpcMessage = percentDecoded(value.array)
            return .name
        }
        return .nothing
    }

    /// What the server says, given the code that `grpcStatus` has.
    package func serverStatus(_ code: GRPCStatusCode) -> GRPCStatus {
        GRPCStatus(
            code: code, message: grpcMessage, httpStatus: httpStatus == 200 ? nil : httpStatus)
    }

    private static let plainGRPC = Array("application/grpc".utf8)

    private static func isGRPC(_ contentType: Span<UInt8>) -> Bool {
        let name: StaticString = "application/grpc"
        let size = name.utf8CodeUnitCount
        guard contentType.count >= size, contentType.extracting(0..<size).spells(name) else {
            return false
        }
        guard contentType.count > size else { return true }
        return contentType[size] == UInt8(ascii: "+") || contentType[size] == UInt8(ascii: ";")
    }

    /// Whether a response may carry a field of this name: a lower-case token, and no pseudo-header
    /// field but `:status` (RFC 9113 sections 8.2.1 and 8.3.2).
    private static func isLegal(_ name: Span<UInt8>) -> Bool {
        guard !name.isEmpty else { return false }
        for index in name.indices where !name[index].isFieldNameOctet { return false }
        return true
    }

    /// Whether there are control bytes in a value, which there must not be (RFC 9113 section
    /// 8.2.1). Octets above 0x7F are legal HTTP.
    private static func hasControls(_ value: Span<UInt8>) -> Bool {
        for index in value.indices {
            let octet = value[index]
            if (octet < 0x20 && octet != 0x09) || octet == 0x7F { return true }
        }
        return false
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
private func decimal(_ text: Span<UInt8>, digits: Int) -> Int? {
    guard (1...digits).contains(text.count) else { return nil }
    var value = 0
    for index in text.indices {
        let byte = text[index]
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
}
