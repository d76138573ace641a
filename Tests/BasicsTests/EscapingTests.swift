import Basics
import Foundation
import Testing

@Suite struct EscapingTests {
    @Test(
        arguments: [
            ("", ""),
            ("plain text", "plain text"),
            ("two\nlines\r\n\tand more", "two\\nlines\\r\\n\\tand more"),
            ("\u{1B}[31mred\u{1B}[0m\u{07}", "\\x1b[31mred\\x1b[0m\\x07"),
            ("nul\u{0}del\u{7F}", "nul\\x00del\\x7f"),
            ("next\u{85}line, csi\u{9B}31m", "next\\u{85}line, csi\\u{9b}31m"),
            // Other languages and pictures pass.
            ("grün, 你好, שלום, 🚀", "grün, 你好, שלום, 🚀"),
            ("e\u{301}", "e\u{301}"),
            ("no\u{A0}break, soft\u{AD}hyphen", "no\u{A0}break, soft\\u{ad}hyphen"),
        ])
    func `controls are spelled out and text passes`(text: String, expected: String) {
        #expect(escaped(text) == expected)
    }

    /// `Tests/Golden/invisible.txt` has them from Unicode's own tables.
    @Test func `characters that hide or reorder text are spelled out, and no others`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/invisible.txt")
        var invisible: Set<UInt32> = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        where !line.hasPrefix("#") {
            let ends = line.split(separator: " ").map { UInt32($0, radix: 16) ?? 0 }
            invisible.formUnion(ends[0]...ends[1])
        }
        #expect(invisible.count > 4_000)
        for block in stride(from: 0x100 as UInt32, to: 0x110000, by: 0x100) {
            var (text, expected) = ("", "")
            for scalar in (block..<block + 0x100).compactMap(Unicode.Scalar.init) {
                text.unicodeScalars.append(scalar)
                if invisible.contains(scalar.value) {
                    expected += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    expected.unicodeScalars.append(scalar)
                }
            }
            if escaped(text).utf8.elementsEqual(expected.utf8) { continue }
            Issue.record("from U+\(String(block, radix: 16)) on")
        }
    }

    @Test func `no control byte ever comes out`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for text in [escaped([first, second]), quoted([first, second])] {
                    for scalar in text.unicodeScalars {
                        #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                    }
                }
            }
        }
    }

    @Test(
        arguments: [
            ([0xFF], "\\xff"),
            ([0x61, 0x80, 0x62], "a\\x80b"),
            ([0xC3], "\\xc3"),  // cut off
            ([0xC0, 0xAF], "\\xc0\\xaf"),  // "/" in two bytes
            ([0xE0, 0x80, 0xAF], "\\xe0\\x80\\xaf"),  // and in three
            ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),  // half a surrogate pair
            ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),  // beyond U+10FFFF
            ([0xF0, 0x9F, 0x9A, 0x41], "\\xf0\\x9f\\x9aA"),
            ([0xF0, 0x9F, 0x9A, 0x80], "🚀"),
            ([0xEF, 0xBF, 0xBF], "\u{FFFF}"),
        ] as [([UInt8], String)])
    func `bytes that are not UTF-8 are shown one by one`(bytes: [UInt8], expected: String) {
        #expect(escaped(bytes) == expected)
    }

    @Test(
        arguments: [
            ("", "\"\""),
            ("say \"hi\"", "\"say \\\"hi\\\"\""),
            ("C:\\dir", "\"C:\\\\dir\""),
            ("a\nb", "\"a\\nb\""),
        ])
    func `quotes end where the text ends`(text: String, expected: String) {
        #expect(quoted(text) == expected)
    }

    @Test func `without quotes a backslash and a double quote stay`() {
        #expect(escaped("C:\\dir \"x\"") == "C:\\dir \"x\"")
    }
}
