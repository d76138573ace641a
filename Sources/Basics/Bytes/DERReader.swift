/// Walks through the elements of a DER encoding (ITU-T X.690), as far as finding a certificate
/// by its subject needs: tags and lengths. The encoding may be cut short; what its headers
/// declare may lie beyond the bytes that are there.
package struct DERReader {
    /// The tags of what is looked for (X.690 section 8.1.2).
    package enum Tag {
        package static let sequence: UInt8 = 0x30
        /// `[0]`, constructed: the version of a certificate.
        package static let context0: UInt8 = 0xA0
    }

    private let bytes: [UInt8]
    /// Where the next element begins.
    private(set) package var position = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The tag of the next element.
    package var nextTag: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Where the contents of the next element are; nil if its header is not there or is none of
    /// DER. Tags of several bytes do not occur in what is read here.
    package var nextContents: Range<Int>? {
        guard position + 2 <= bytes.count else { return nil }
        let first = Int(bytes[position + 1])
        if first < 0x80 { return position + 2..<position + 2 + first }
        // The long form: so many octets of length. Three hold 16 MiB.
        let count = first & 0x7F
        let start = position + 2 + count
        guard (1...3).contains(count), start <= bytes.count else { return nil }
        let length = bytes[position + 2..<start].reduce(0) { $0 << 8 | Int($1) }
        return start..<start + length
    }

    /// Steps over the next element.
    package mutating func skip() -> Bool {
        guard let contents = nextContents else { return false }
        position = contents.upperBound
        return true
    }

    /// Steps into the next element, which has this tag.
    package mutating func enter(_ tag: UInt8) -> Bool {
        guard nextTag == tag, let contents = nextContents else { return false }
        position = contents.lowerBound
        return true
    }
}
