import Foundation
import Testing

/// `Tests/REQUIREMENTS.md` names tests by their titles, which change more easily than documents.
@Suite struct RequirementsTests {
    private static let tests = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The rows of the document's tables: a number, a requirement, the tests.
    private static var rows: [(number: String, tests: String)] {
        get throws {
            let document = tests.appendingPathComponent("REQUIREMENTS.md")
            return try String(contentsOf: document, encoding: .utf8)
                .split(separator: "\n").compactMap { line in
                    let cells = line.split(separator: "|").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    }
                    guard cells.count >= 3, cells[0].contains(/^([TS]?\d|table)/) else {
                        return nil
                    }
                    return (cells[0], cells[cells.count - 1])
                }
        }
    }

    @Test func `every requirement has its row`() throws {
        var numbers: [Int] = []
        for number in try Self.rows.map(\.number) where number.contains(/^\d/) {
            let ends = number.split(separator: "-").compactMap { Int($0) }
            numbers += Array(try #require(ends.first)...(try #require(ends.last)))
        }
        #expect(numbers.sorted() == Array(1...119))
        let scripts = try Self.rows.map(\.number).filter { $0.hasPrefix("T") }
        #expect(scripts == (1...25).map { "T\($0)" })
    }

    @Test func `every test that a row names is there`() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: Self.tests.path)
        for row in try Self.rows {
            var text = ""
            var count = 0
            for match in row.tests.matches(of: /`([^`]+(?:\.case|Tests))`|"([^"]+)"/) {
                if let file = match.1 {
                    let name = file.hasSuffix(".case") ? "Cases/\(file)" : "/\(file).swift"
                    let path = files.first { $0 == name || $0.hasSuffix(name) }
                    let found = try #require(path, "\(row.number): there is no \(file)")
                    text = try String(
                        contentsOf: Self.tests.appendingPathComponent(found), encoding: .utf8)
                } else if let title = match.2 {
                    count += 1
                    #expect(
                        text.contains("\ncase \(title)\n") || text.contains("func `\(title)`("),
                        "\(row.number): \(title)")
                }
            }
            #expect(count > 0 || row.tests.hasPrefix("not applicable yet: "), "\(row.number)")
        }
    }
}
