/// Walks through the elements of a DER encoding (ITU-T X.690), as far as finding a certificate
/// by its subject needs: tags and lengths, no contents.
struct DERReader {
    /// The tags of what is looked for (X.690 section 8.1.2).
    enum Tag {
        static let sequence: UInt8 = 0x30
        /// `[0]`, constructed: the version of a certificate.
        static let context0: UInt8 = 0xA0
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The tag of the next element.
    var nextTag: UInt8? { position < end ? bytes[position] : nil }

    /// Steps over the next element and returns where it and its contents are; nil where there is
    /// none that is whole. Tags of several bytes and indefinite lengths do not occur in what is
    /// read here.
    mutating func next() -> (element: Range<Int>, contents: Range<Int>)? {
        let start = position
        guard let contents = header(), contents.upperBound <= end else { return nil }
        position = contents.upperBound
        return (start..<contents.upperBound, contents)
    }

    /// A reader of the contents of the next element, which has this tag. The element may be
    /// longer than the bytes that are there: its beginning is enough to look into it.
    mutating func enter(_ tag: UInt8) -> DERReader? {
        guard nextTag == tag, let contents = header() else { return nil }
        position = min(contents.upperBound, end)
        return DERReader(bytes, contents.lowerBound..<position)
    }

    /// The contents that the header at `position` declares; they may reach beyond `end`.
    private func header() -> Range<Int>? {
        guard position + 2 <= end else { return nil }
        let first = Int(bytes[position + 1])
        if first < 0x80 {
            let start = position + 2
            return start..<start + first
        }
        // The long form: so many octets of length. Three hold 16 MiB.
        let count = first & 0x7F
        let start = position + 2 + count
        guard (1...3).contains(count), start <= end else { return nil }
        let length = bytes[position + 2..<start].reduce(0) { $0 << 8 | Int($1) }
        return start..<start + length
    }
}

/// Where the subject's name stands in a certificate, of which the beginning is enough
/// (RFC 5280 section 4.1: version, serialNumber, signature, issuer, validity, subject).
func subjectRange(ofCertificate der: [UInt8]) -> Range<Int>? {
    var outer = DERReader(der)
    guard var certificate = outer.enter(DERReader.Tag.sequence),
        var fields = certificate.enter(DERReader.Tag.sequence)
    else { return nil }
    if fields.nextTag == DERReader.Tag.context0 { _ = fields.next() }
    for _ in 0..<4 where fields.next() == nil { return nil }
    guard fields.nextTag == DERReader.Tag.sequence else { return nil }
    return fields.next()?.element
}
