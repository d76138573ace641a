/// How many digits a number has.
package func decimalWidth(_ value: UInt64) -> Int {
    var width = 1
    var rest = value / 10
    while rest > 0 {
        width += 1
        rest /= 10
    }
    return width
}

/// Appends the digits of a number: a `String` of each would cost more than the rest of a table.
package func appendDecimal(_ value: UInt64, to text: inout [UInt8]) {
    var place: UInt64 = 1
    for _ in 1..<decimalWidth(value) { place *= 10 }
    while place > 0 {
        text.append(UInt8(ascii: "0") + UInt8(value / place % 10))
        place /= 10
    }
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
