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

/// The text and as many blanks as fill so many columns of a terminal: one for each Unicode scalar.
package func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
}

/// A limit for people: `4 MiB`.
///
/// - Precondition: it is so many mebibytes, and no more.
package func mebibytes(_ bytes: Int) -> String {
    precondition(bytes % 1_048_576 == 0)
    return "\(bytes / 1_048_576) MiB"
}

/// The number with at least so many digits.
package func zeroPadded(_ number: some BinaryInteger, to width: Int, radix: Int = 10) -> String {
    let digits = String(number, radix: radix)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
