/// Base64 by RFC 4648 section 4: the alphabet with `+` and `/`.
package enum Base64 {
    /// The text without padding, as gRPC sends `-bin` values (PROTOCOL-HTTP2.md, Binary-Header),
    /// or nil when it is not base64. Padding may be there or not, but not be wrong.
    package static func unpadded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let end = text.lastIndex { $0 != UInt8(ascii: "=") }.map { $0 + 1 } ?? text.startIndex
        let digits = text[..<end]
        let padding = text.count - digits.count
        guard padding == 0 || (padding <= 2 && text.count % 4 == 0) else { return nil }
        for digit in digits where base64Value(of: digit) == nil { return nil }
        // The bits of the last digit that belong to no byte are zero (RFC 4648 section 3.5);
        // others are the mark of a value that was cut off.
        let spare: UInt8
        switch digits.count % 4 {
        case 0: spare = 0
        case 2: spare = 0b1111
        case 3: spare = 0b11
        default: return nil
        }
        if let last = digits.last, let value = base64Value(of: last), value & spare != 0 {
            return nil
        }
        return Array(digits)
    }
}

/// The six bits that a character of the alphabet stands for.
package func base64Value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
