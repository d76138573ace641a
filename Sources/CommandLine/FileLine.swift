import Basics

/// A line of a file that the command line names, without the blanks around it.
struct FileLine {
    /// `-` for standard input.
    var path: String
    /// Counted from 1.
    var number: Int
    var text: String

    /// Where it stands, for messages. The text itself may be a secret.
    var place: String { "\(FileLine.name(ofFile: path)) line \(number)" }

    /// What messages call a file.
    static func name(ofFile path: String) -> String {
        path.utf8.spells("-") ? "standard input" : quoted(path)
    }

    /// The lines that are neither blank nor comments (`#`).
    static func lines(of bytes: [UInt8], path: String) -> [FileLine] {
        // Some editors begin every file with a byte order mark in UTF-8.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let split = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var lines: [FileLine] = []
        for (index, line) in split.enumerated() {
            let text = (line.last == UInt8(ascii: "\r") ? line.dropLast() : line).trimmed
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            lines.append(FileLine(path: path, number: index + 1, text: String(bytes: text)))
        }
        return lines
    }
}
