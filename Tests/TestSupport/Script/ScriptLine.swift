import Basics
import GRPC

/// A mistake in a script or a case file.
package struct ScriptError: Error, Equatable, CustomStringConvertible {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    package var description: String { "line \(line): \(reason)" }
}

/// One word of a script line: bytes, and where its first unquoted `=` stands.
package struct ScriptWord: Equatable, Sendable {
    package var bytes: [UInt8]
    package var equals: Int?

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The two sides of `name=value`; nil for a word without `=`.
    package var field: HeaderField? {
        equals.map { HeaderField(name: Array(bytes[..<$0]), value: Array(bytes[($0 + 1)...])) }
    }
}

/// A line of a script cut into words.
///
/// Blanks part words, double quotes keep blanks, and a backslash stands before a byte that
/// could not be written otherwise: `\n \r \t \0 \e \\ \" \=` and `\xNN`. A word that begins
/// with `#` starts a comment.
package struct ScriptLine: Sendable {
    package private(set) var words: [ScriptWord] = []
    package let number: Int

    package init(_ text: some StringProtocol, number: Int) throws(ScriptError) {
        self.number = number
        var input = Array(text.utf8)[...]
        while let first = input.first {
            if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                input.removeFirst()
            } else if first == UInt8(ascii: "#") {
                break
            } else {
                words.append(try Self.word(from: &input, number: number))
            }
        }
    }

    private static func word(
        from input: inout ArraySlice<UInt8>, number: Int
    ) throws(ScriptError) -> ScriptWord {
        var word = ScriptWord(bytes: [])
        var quoted = false
        while let byte = input.first {
            if !quoted, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { break }
            input.removeFirst()
            switch byte {
            case UInt8(ascii: "\""):
                quoted.toggle()
            case UInt8(ascii: "\\"):
                guard let escaped = escape(from: &input) else {
                    throw ScriptError(line: number, reason: "unknown escape")
                }
                word.bytes.append(escaped)
            default:
                if byte == UInt8(ascii: "="), !quoted, word.equals == nil {
                    word.equals = word.bytes.count
                }
                word.bytes.append(byte)
            }
        }
        guard !quoted else { throw ScriptError(line: number, reason: "a quote is not closed") }
        return word
    }

    private static func escape(from input: inout ArraySlice<UInt8>) -> UInt8? {
        switch input.popFirst() {
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "0"): return 0x00
        case UInt8(ascii: "e"): return 0x1b
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "="): return UInt8(ascii: "=")
        case UInt8(ascii: "x"):
            let digits = String(decoding: input.prefix(2), as: UTF8.self)
            input = input.dropFirst(2)
            return digits.utf8.count == 2 ? UInt8(digits, radix: 16) : nil
        default: return nil
        }
    }
}

/// Reads a line's words from left to right.
package struct WordReader {
    private var rest: ArraySlice<ScriptWord>
    package let line: Int

    package init(_ line: ScriptLine) {
        rest = line.words[...]
        self.line = line.number
    }

    package var isEmpty: Bool { rest.isEmpty }

    package func error(_ reason: String) -> ScriptError {
        ScriptError(line: line, reason: reason)
    }

    package func peek() -> ScriptWord? { rest.first }

    package mutating func word(_ what: String) throws(ScriptError) -> ScriptWord {
        guard let word = rest.popFirst() else { throw error("\(what) is missing") }
        return word
    }

    /// Takes the next word if it is `text`.
    package mutating func take(_ text: String) -> Bool {
        guard rest.first?.text == text else { return false }
        rest.removeFirst()
        return true
    }

    package mutating func number(_ what: String) throws(ScriptError) -> Int {
        try number(try word(what).text, what)
    }

    package func number(_ text: String, _ what: String) throws(ScriptError) -> Int {
        let number = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
        guard let number, number >= 0 else { throw error("\(what) is not a number: \(text)") }
        return number
    }

    package func number32(_ text: String, _ what: String) throws(ScriptError) -> UInt32 {
        guard let number = UInt32(exactly: try number(text, what)) else {
            throw error("\(what) does not fit in 32 bits")
        }
        return number
    }

    /// A number or one of `names`.
    package func code(
        _ text: String, of names: [(String, some FixedWidthInteger)], _ what: String
    ) throws(ScriptError) -> Int {
        for (name, code) in names where name == text { return Int(code) }
        return try number(text, what)
    }

    /// `50ms` in milliseconds.
    package func milliseconds(_ text: String) throws(ScriptError) -> Int {
        guard text.hasSuffix("ms") else { throw error("a time is written like 50ms") }
        return try number(String(text.dropLast(2)), "the time")
    }

    /// All the bytes of the hexadecimal words that come next. `00*1000` is a thousand zeros.
    package mutating func hex() throws(ScriptError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let text = rest.first?.text {
            let parts = text.split(separator: "*", omittingEmptySubsequences: false)
            guard parts.count <= 2, let unit = Self.pairs(parts[0]) else { break }
            rest.removeFirst()
            let times = parts.count == 2 ? try number(String(parts[1]), "the count") : 1
            bytes += [[UInt8]](repeating: unit, count: times).joined()
        }
        return bytes
    }

    private static func pairs(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Nothing may be left over.
    package func finish() throws(ScriptError) {
        guard let word = rest.first else { return }
        throw error("cannot use: \(word.text)")
    }
}
