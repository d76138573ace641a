/// Text from outside, made fit for one line of a terminal or a log.
///
/// Whoever chooses the text (a server's `grpc-message`, an argument, a file) must not choose
/// what the terminal does: move the cursor, hide or reorder what stands beside it, or start a
/// line that looks like ours. Control characters become `\n`, `\r`, `\t` or `\xHH`, characters
/// that cannot be seen or that reorder others `\u{...}`, and bytes that are not UTF-8 `\xHH`.
/// Everything else, of any language, stays as it is.
package func escaped(_ bytes: some Sequence<UInt8>) -> String {
    var escaper = Escaper(inQuotes: false)
    escaper.write(Array(bytes))
    return String(decoding: escaper.output, as: UTF8.self)
}

package func escaped(_ text: String) -> String {
    escaped(text.utf8)
}

/// `escaped` between double quotes; a double quote or a backslash inside is escaped too, so that
/// the end of the text cannot be forged and the bytes can be told exactly.
package func quoted(_ bytes: some Sequence<UInt8>) -> String {
    var escaper = Escaper(inQuotes: true)
    escaper.output.append(UInt8(ascii: "\""))
    escaper.write(Array(bytes))
    escaper.output.append(UInt8(ascii: "\""))
    return String(decoding: escaper.output, as: UTF8.self)
}

package func quoted(_ text: String) -> String {
    quoted(text.utf8)
}

private struct Escaper {
    var output: [UInt8] = []
    let inQuotes: Bool

    init(inQuotes: Bool) {
        self.inQuotes = inQuotes
    }

    mutating func write(_ bytes: [UInt8]) {
        output.reserveCapacity(output.count + bytes.count + 1)
        var index = 0
        while index < bytes.count {
            guard let (scalar, length) = scalar(in: bytes, at: index) else {
                writeByte(bytes[index])
                index += 1
                continue
            }
            if scalar < 0x80 {
                writeASCII(bytes[index])
            } else if isDeceptive(scalar) {
                output += "\\u{".utf8
                writeHexadecimal(scalar)
                output.append(UInt8(ascii: "}"))
            } else {
                output += bytes[index..<index + length]
            }
            index += length
        }
    }

    private mutating func writeASCII(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): output += "\\n".utf8
        case UInt8(ascii: "\r"): output += "\\r".utf8
        case UInt8(ascii: "\t"): output += "\\t".utf8
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            if inQuotes { output.append(UInt8(ascii: "\\")) }
            output.append(byte)
        case 0x20...0x7E: output.append(byte)
        default: writeByte(byte)
        }
    }

    /// `\xHH`, always with two digits.
    private mutating func writeByte(_ byte: UInt8) {
        output += "\\x".utf8
        if byte < 0x10 { output.append(UInt8(ascii: "0")) }
        writeHexadecimal(UInt32(byte))
    }

    private mutating func writeHexadecimal(_ value: UInt32) {
        output += String(value, radix: 16).utf8
    }
}

/// Whether a character beyond ASCII has no look of its own or changes the look of others.
func isDeceptive(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F: true  // C1 controls; some terminals obey them
    case 0xAD: true  // soft hyphen
    case 0x61C, 0x200E, 0x200F: true  // marks that turn the direction of writing
    case 0x180E, 0x200B...0x200D, 0xFEFF: true  // zero width
    case 0x2028, 0x2029: true  // line and paragraph separators
    case 0x202A...0x202E: true  // embeddings and overrides of direction
    case 0x2060...0x206F: true  // invisible operators, isolates of direction, old format controls
    case 0xFFF9...0xFFFB: true  // interlinear annotation
    case 0xE0000...0xE0FFF: true  // tags, which carry hidden text
    default: false
    }
}

/// The Unicode scalar that starts at `index` and its length in bytes, or nil when what stands
/// there is not well-formed UTF-8 (the Unicode Standard, section 3.9, table 3-7).
func scalar(in bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int)? {
    let lead = UInt32(bytes[index])
    let length: Int
    let smallest: UInt32
    var value: UInt32
    switch lead {
    case 0x00...0x7F: return (lead, 1)
    case 0xC2...0xDF: (length, smallest, value) = (2, 0x80, lead & 0x1F)
    case 0xE0...0xEF: (length, smallest, value) = (3, 0x800, lead & 0x0F)
    case 0xF0...0xF4: (length, smallest, value) = (4, 0x10000, lead & 0x07)
    default: return nil
    }
    guard bytes.count - index >= length else { return nil }
    for byte in bytes[index + 1..<index + length] {
        guard byte & 0xC0 == 0x80 else { return nil }
        value = value << 6 | UInt32(byte & 0x3F)
    }
    // Longer than need be, a surrogate half, or beyond the last code point.
    guard value >= smallest, !(0xD800...0xDFFF).contains(value), value <= 0x10FFFF else {
        return nil
    }
    return (value, length)
}

/// Whether the bytes are text in well-formed UTF-8.
func isUTF8(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index < bytes.count {
        guard let (_, length) = scalar(in: bytes, at: index) else { return false }
        index += length
    }
    return true
}
