import Foundation
import TestSupport

/// A file of cases.
struct CaseFile {
    /// A line at the left margin, and the indented lines below it.
    struct Entry {
        var text: String
        var line: Int
        var block: [String] = []

        var verb: Substring { text.prefix { $0 != " " } }
        var rest: String { text.dropFirst(verb.count).trimmingCharacters(in: .whitespaces) }
    }

    let cases: [Case]

    init(_ text: String, name: String) throws(ScriptError) {
        let entries = Self.entries(of: text)
        let first = entries.firstIndex { $0.verb == "case" } ?? entries.count
        let prelude = entries[..<first]
        var cases: [Case] = []
        var rest = entries[first...]
        while let title = rest.popFirst() {
            let body = rest.prefix { $0.verb != "case" }
            rest = rest.dropFirst(body.count)
            cases += try Self.cases(title, Array(prelude) + Array(body), file: name)
        }
        self.cases = cases
    }

    /// Every case of every file in and below `directory`, file by file.
    static func all(in directory: URL) throws -> [Case] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        return try names.filter { $0.hasSuffix(".case") }.sorted().flatMap { name in
            let path = directory.appendingPathComponent(name)
            return try CaseFile(String(contentsOf: path, encoding: .utf8), name: name).cases
        }
    }

    private static func entries(of text: String) -> [Entry] {
        var entries: [Entry] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.first == " " || line.allSatisfy(\.isWhitespace) {
                if !entries.isEmpty { entries[entries.count - 1].block.append(String(line)) }
            } else if line.first != "#" {
                entries.append(Entry(text: String(line), line: index + 1))
            }
        }
        return entries.map(\.trimmed)
    }

    /// One case, or one for each row of its table.
    private static func cases(
        _ title: Entry, _ body: [Entry], file: String
    ) throws(ScriptError) -> [Case] {
        guard let table = body.first(where: { $0.verb == "each" }) else {
            return [try Case(title, body, file: file)]
        }
        let names = table.rest.split(separator: " ").map(String.init)
        let others = body.filter { $0.verb != "each" }
        var cases: [Case] = []
        for (index, row) in table.block.enumerated() {
            let cells = cells(of: row, count: names.count)
            guard !cells.isEmpty else { continue }
            guard cells.count == names.count else {
                throw ScriptError(line: table.line + 1 + index, reason: "a row of \(names)")
            }
            var filled = others
            var filledTitle = title
            for (name, cell) in zip(names, cells) {
                filled = filled.map { $0.replacing("{\(name)}", with: cell) }
                filledTitle = filledTitle.replacing("{\(name)}", with: cell)
            }
            if filledTitle.text == title.text { filledTitle.text += " (\(cells[0]))" }
            cases.append(try Case(filledTitle, filled, file: file))
        }
        return cases
    }

    /// Cells are parted by blanks, quotes keep blanks, and the last cell takes what is left.
    private static func cells(of row: String, count: Int) -> [String] {
        var rest = row.trimmingCharacters(in: .whitespaces)[...]
        guard !rest.hasPrefix("# ") else { return [] }
        var cells: [String] = []
        while !rest.isEmpty, cells.count < count - 1 {
            var quoted = false
            let cell = rest.prefix {
                if $0 == "\"" { quoted.toggle() }
                return quoted || $0 != " "
            }
            cells.append(String(cell))
            rest = rest.dropFirst(cell.count).drop { $0 == " " }
        }
        return rest.isEmpty ? cells : cells + [String(rest)]
    }
}

extension CaseFile.Entry {
    /// Without blank lines at the end and without the block's common indentation.
    fileprivate var trimmed: Self {
        var entry = self
        while let last = entry.block.last, last.allSatisfy(\.isWhitespace) {
            entry.block.removeLast()
        }
        let indents = entry.block.filter { !$0.allSatisfy(\.isWhitespace) }
            .map { $0.prefix { $0 == " " }.count }
        let indent = indents.min() ?? 0
        entry.block = entry.block.map { String($0.dropFirst(indent)) }
        entry.text = String(entry.text.reversed().drop { $0.isWhitespace }.reversed())
        return entry
    }

    fileprivate func replacing(_ name: String, with cell: String) -> Self {
        var entry = self
        entry.text = text.replacingOccurrences(of: name, with: cell)
        entry.block = block.map { $0.replacingOccurrences(of: name, with: cell) }
        return entry
    }
}
