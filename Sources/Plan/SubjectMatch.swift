import Basics

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
