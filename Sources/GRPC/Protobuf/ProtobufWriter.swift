/// Writes what the messages of health.proto have, in the protobuf wire format
/// (protobuf.dev, "Encoding").
package enum ProtobufWriter {
    /// A length-delimited field: a string or a message.
    ///
    /// - Precondition: the number is at most 15, so that its tag is one byte.
    package static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        precondition(number < 16)
        return [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
    }

    /// A base-128 number.
    package static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        return bytes
    }
}
