/// Writes what the messages of health.proto have, in the protobuf wire format
/// (protobuf.dev, "Encoding").
package enum ProtobufWriter {
    /// A length-delimited field: a string or a message.
    ///
    /// - Precondition: the number is at most 15, so that its tag is one byte.
    package static func field(_ number: UInt8, _ bytes: some Collection<UInt8>) -> [UInt8] {
        var field: [UInt8] = []
        field.reserveCapacity(overhead + bytes.count)
        append(number, bytes, to: &field)
        return field
    }

    /// Appends such a field.
    package static func append(
        _ number: UInt8, _ bytes: some Collection<UInt8>, to message: inout [UInt8]
    ) {
        precondition(number < 16)
        message.append(number << 3 | 2)
        appendVarint(UInt64(bytes.count), to: &message)
        message += bytes
    }

    /// What a field has at most, in bytes, besides its contents: the tag, and the longest base-128
    /// number.
    package static let overhead = 1 + 10

    /// A base-128 number.
    package static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        appendVarint(value, to: &bytes)
        return bytes
    }

    private static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
