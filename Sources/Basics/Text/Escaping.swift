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
package func isDeceptive(_ scalar: UInt32) -> Bool {
    // Most text never comes near the first of them, or has one of few neighbours.
    for range in deceptiveCharacters {
        if scalar < range.lowerBound { return false }
        if scalar <= range.upperBound { return true }
    }
    return false
}

/// The characters beyond ASCII that Unicode counts among controls, format characters, and line
/// and paragraph separators (general categories Cc, Cf, Zl and Zp), those that it wants ignored
/// where nobody knows them (Default_Ignorable_Code_Point), and the empty Braille pattern.
/// `Tests/Golden/invisible.py` says where each comes from.
private let deceptiveCharacters: [ClosedRange<UInt32>] = [
    0x80...0x9F,  // C1 controls; some terminals obey them
    0xAD...0xAD,  // soft hyphen
    0x34F...0x34F,  // combining grapheme joiner
    0x600...0x605, 0x61C...0x61C, 0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2,
    0x115F...0x1160,  // Hangul fillers
    0x17B4...0x17B5,  // Khmer vowels that are not written
    0x180B...0x180F,  // Mongolian variation selectors and vowel separator
    0x200B...0x200F,  // zero width, and marks that turn the direction of writing
    0x2028...0x202E,  // separators of lines, embeddings and overrides of direction
    0x2060...0x206F,  // invisible operators, isolates of direction, old format controls
    0x2800...0x2800,  // a Braille pattern without dots
    0x3164...0x3164,  // Hangul filler
    0xFE00...0xFE0F,  // variation selectors
    0xFEFF...0xFEFF,  // zero width, the byte order mark
    0xFFA0...0xFFA0,  // Hangul filler
    0xFFF0...0xFFFB,  // unassigned ones to be ignored, interlinear annotation
    0x110BD...0x110BD, 0x110CD...0x110CD, 0x13430...0x1343F,
    0x1BCA0...0x1BCA3,  // shorthand controls
    0x1D173...0x1D17A,  // invisible musical symbols
    0xE0000...0xE0FFF,  // tags, which carry hidden text, and variation selectors
]

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
package func isUTF8(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index < bytes.count {
        guard let (_, length) = scalar(in: bytes, at: index) else { return false }
        index += length
    }
    return true
}
