/// The bytes are not a protobuf message.
package enum ProtobufError: Error, Equatable, Sendable {
    case truncated
    case varintTooLong
    /// A field number of 0, or a tag over 32 bits.
    case illegalTag
    /// Wire types 6 and 7 do not exist.
    case illegalWireType
    /// A group that never began, does not end, or is nested too deeply.
    case unbalancedGroup
    /// A string is not UTF-8.
    case notUTF8
}

/// Reads the fields of one message in the protobuf wire format
/// (protobuf.dev, "Encoding"), as strictly and as leniently as Google's parsers.
package struct ProtobufReader {
    package enum Value: Equatable {
        case varint(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// A fixed-size number or a group: nothing that health.proto uses.
        case other
    }

    package struct Field: Equatable {
        package var number: UInt32
        package var value: Value
    }

    /// Google's parsers give up at this depth of nested groups and messages.
    private static let maximumDepth = 100

    private var rest: ArraySlice<UInt8>

    package init(_ message: ArraySlice<UInt8>) {
        rest = message
    }

    /// The next field; nil at the end of the message.
    package mutating func nextField() throws(ProtobufError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let (number, wireType) = try tag()
        guard number != 0 else { throw .illegalTag }
        switch wireType {
        case 0: return Field(number: number, value: .varint(try varint()))
        case 2:
            let length = try varint(maximumBytes: 5)
            guard length <= UInt64(rest.count) else { throw .truncated }
            return Field(number: number, value: .bytes(take(Int(length))))
        default:
            try skip(number, wireType, depth: 0)
            return Field(number: number, value: .other)
        }
    }

    private mutating func tag() throws(ProtobufError) -> (number: UInt32, wireType: UInt8) {
        let tag = try varint(maximumBytes: 5)
        guard tag <= UInt64(UInt32.max) else { throw .illegalTag }
        return (UInt32(tag >> 3), UInt8(tag & 7))
    }

    private mutating func skip(
        _ number: UInt32, _ wireType: UInt8, depth: Int
    ) throws(ProtobufError) {
        switch wireType {
        case 0: _ = try varint()
        case 1: try skipBytes(8)
        case 2: try skipBytes(try varint(maximumBytes: 5))
        case 3: try skipGroup(number, depth: depth + 1)
        case 4: throw .unbalancedGroup
        case 5: try skipBytes(4)
        default: throw .illegalWireType
        }
    }

    private mutating func skipGroup(_ number: UInt32, depth: Int) throws(ProtobufError) {
        guard depth <= Self.maximumDepth else { throw .unbalancedGroup }
        while !rest.isEmpty {
            // Google's parser upb does not mind a field number of 0 in here.
            let (inner, wireType) = try tag()
            if wireType == 4 {
                guard inner == number else { throw .unbalancedGroup }
                return
            }
            try skip(inner, wireType, depth: depth)
        }
        throw .unbalancedGroup
    }

    private mutating func skipBytes(_ count: UInt64) throws(ProtobufError) {
        guard count <= UInt64(rest.count) else { throw .truncated }
        _ = take(Int(count))
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return taken
    }

    /// A base-128 number; bits over 64 are dropped. Values may have ten bytes, tags and lengths,
    /// which are 32-bit numbers, only five.
    private mutating func varint(maximumBytes: Int = 10) throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<maximumBytes {
            guard let byte = rest.popFirst() else { throw .truncated }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        throw .varintTooLong
    }
}
