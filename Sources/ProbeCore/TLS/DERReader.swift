/// Walks through the elements of a DER encoding (ITU-T X.690), as far as finding a certificate
/// by its subject needs: tags and lengths. The encoding may be cut short; what its headers
/// declare may lie beyond the bytes that are there.
struct DERReader {
    /// The tags of what is looked for (X.690 section 8.1.2).
    enum Tag {
        static let sequence: UInt8 = 0x30
        /// `[0]`, constructed: the version of a certificate.
        static let context0: UInt8 = 0xA0
    }

    private let bytes: [UInt8]
    /// Where the next element begins.
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The tag of the next element.
    var nextTag: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Where the contents of the next element are; nil if its header is not there or is none of
    /// DER. Tags of several bytes do not occur in what is read here.
    var nextContents: Range<Int>? {
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
    mutating func skip() -> Bool {
        guard let contents = nextContents else { return false }
        position = contents.upperBound
        return true
    }

    /// Steps into the next element, which has this tag.
    mutating func enter(_ tag: UInt8) -> Bool {
        guard nextTag == tag, let contents = nextContents else { return false }
        position = contents.lowerBound
        return true
    }
}

/// Whether a certificate's subject is a certain name.
enum SubjectMatch: Equatable {
    case yes
    case no
    /// So many bytes of the certificate tell more.
    case unknown(needed: Int)

    /// - Parameters:
    ///   - head: the first bytes of a certificate (DER).
    ///   - name: a name (DER).
    init(_ head: [UInt8], name: [UInt8]) {
        var reader = DERReader(head)
        // RFC 5280 section 4.1: version, serialNumber, signature, issuer, validity, subject.
        guard reader.enter(DERReader.Tag.sequence), reader.enter(DERReader.Tag.sequence) else {
            self = .no
            return
        }
        if reader.nextTag == DERReader.Tag.context0 { _ = reader.skip() }
        for _ in 0..<4 where !reader.skip() { break }
        let start = reader.position
        guard let contents = reader.nextContents else {
            // The rest up to the subject is short, whatever it is.
            self = .unknown(needed: start + 64 + name.count)
            return
        }
        if contents.upperBound - start != name.count {
            self = .no
        } else if contents.upperBound > head.count {
            self = .unknown(needed: contents.upperBound)
        } else {
            self = head[start..<contents.upperBound].elementsEqual(name) ? .yes : .no
        }
    }
}
