/// Percent-decodes a `grpc-message` (PROTOCOL-HTTP2.md, "Responses").
///
/// Decoding never fails: the specification forbids to drop a message for a bad escape, so `%`
/// that two hexadecimal digits do not follow stands for itself.
package func percentDecoded(_ encoded: [UInt8]) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.count)
    var index = 0
    while index < encoded.count {
        if encoded[index] == UInt8(ascii: "%"), index + 2 < encoded.count,
            let high = encoded[index + 1].hexadecimalValue,
            let low = encoded[index + 2].hexadecimalValue
        {
            decoded.append(high << 4 | low)
            index += 3
        } else {
            decoded.append(encoded[index])
            index += 1
        }
    }
    return decoded
}
