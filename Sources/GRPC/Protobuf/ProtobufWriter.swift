/// Writes what the messages of health.proto have, in the protobuf wire format
/// (protobuf.dev, "Encoding").
package enum ProtobufWriter {
    /// A length-delimited field: a string or a message.
    ///
    /// - Precondition: the number is at most 15, so that its tag is one byte.
    package static func field(_ number: UInt8, _ bytes: some Collection<UInt8>) -> [UInt8] {
        precondition(number < 16)
        var field: [UInt8] = []
        field.reserveCapacity(1 + longestVarint + bytes.count)
        field.append(number << 3 | 2)
        appendVarint(UInt64(bytes.count), to: &field)
        field += bytes
        return field
    }

    /// A base-128 number.
    package static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        appendVarint(value, to: &bytes)
        return bytes
    }

    /// The bytes of the longest base-128 number.
    private static let longestVarint = 10

    private static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
