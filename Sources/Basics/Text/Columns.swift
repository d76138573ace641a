extension [UInt8] {
    /// Appends the bytes of a text.
    package mutating func append(_ text: String) {
        unsafe text.utf8.span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends so many blanks, which are few.
    package mutating func appendBlanks(_ count: Int) {
        for _ in 0..<count { append(UInt8(ascii: " ")) }
    }
}

/// How many columns of a terminal a text is taken to fill: one for each Unicode scalar.
package func columnCount(_ text: String) -> Int {
    text.utf8.span.isASCII ? text.utf8.count : text.unicodeScalars.count
}

/// The blanks that a text leaves of so many columns.
package func blanks(behind text: String, in width: Int) -> String {
    String(repeating: " ", count: max(0, width - columnCount(text)))
}

/// The text and the blanks behind it.
package func padded(_ text: String, to width: Int) -> String {
    text + blanks(behind: text, in: width)
}
