import Basics

/// DER certificates one after the other, as the Workload API has them.
enum CertificateSequence {
    enum Violation: Error, Equatable {
        case notCertificates
        case tooMany
    }

    /// The certificates, each for itself. Only the outer tag and length of each are read; what is
    /// inside is OpenSSL's concern.
    static func split(
        _ bytes: ArraySlice<UInt8>, atMost limit: Int
    ) throws(Violation) -> [[UInt8]] {
        // A message has at most 4 MiB, so that any length which can be true is one that is read.
        var reader = DERReader(Array(bytes))
        var certificates: [[UInt8]] = []
        while let tag = reader.nextTag {
            guard certificates.count < limit else { throw .tooMany }
            let start = reader.position
            guard tag == DERReader.Tag.sequence, reader.skip(), reader.position <= bytes.count
            else { throw .notCertificates }
            certificates.append(
                Array(bytes[bytes.startIndex + start..<bytes.startIndex + reader.position]))
        }
        return certificates
    }
}
