// The grammars read here (addresses, ports, flags, header fields) are all ASCII. Working on the
// bytes is exact and cheap, and it keeps the Unicode tables out of the program.

extension UInt8 {
    package var isASCIIDigit: Bool {
        UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9")
    }

    package var isASCIILetter: Bool {
        let lower = self | 0x20
        return UInt8(ascii: "a") <= lower && lower <= UInt8(ascii: "z")
    }

    /// The letter in lower case; any other byte as it is.
    package var asciiLowercased: UInt8 {
        isASCIILetter ? self | 0x20 : self
    }

    /// The letter in upper case; any other byte as it is.
    package var asciiUppercased: UInt8 {
        isASCIILetter ? self & 0xDF : self
    }

    /// The value of a hexadecimal digit of either case.
    package var hexadecimalValue: UInt8? {
        if isASCIIDigit { return self - UInt8(ascii: "0") }
        let lower = self | 0x20
        guard UInt8(ascii: "a") <= lower && lower <= UInt8(ascii: "f") else { return nil }
        return lower - UInt8(ascii: "a") + 10
    }

    /// A space or a tab: what HTTP calls optional white space (RFC 9110 section 5.6.3).
    package var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t")
    }
}

extension Collection where Element == UInt8 {
    /// Whether these are the bytes of `text`.
    package func spells(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard count == bytes.count else { return false }
        var index = 0
        for byte in self {
            if byte != bytes[index] { return false }
            index += 1
        }
        return true
    }

    /// Whether these are the bytes of `text`, which is in lower case, in any case.
    package func spellsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && elementsEqual(text.utf8) { $0.asciiLowercased == $1 }
    }

    /// The non-negative decimal number that all of these bytes spell, when it is at most `limit`.
    package func decimal(atMost limit: UInt32) -> UInt32? {
        guard !isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in self {
            guard byte.isASCIIDigit else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
            guard value <= UInt64(limit) else { return nil }
        }
        return UInt32(value)
    }
}

extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    package func spells(_ text: StaticString) -> Bool {
        unsafe elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).span)
    }

    package func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    package var isASCII: Bool {
        for index in indices where self[index] >= 0x80 { return false }
        return true
    }

    /// A copy that lasts.
    package var array: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}

extension ArraySlice<UInt8> {
    /// The bytes without the blanks at both ends.
    package var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return [] }
        return self[first...last]
    }

    /// What follows `prefix`, or nil when the bytes do not start with it.
    package func dropping(prefix: String) -> ArraySlice<UInt8>? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }
}

extension String {
    package init(bytes: some Collection<UInt8>) {
        self.init(decoding: bytes, as: UTF8.self)
    }
}
