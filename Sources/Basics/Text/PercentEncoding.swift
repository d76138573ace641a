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
            let high = hexadecimalDigit(encoded[index + 1]),
            let low = hexadecimalDigit(encoded[index + 2])
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

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
