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
        var rest = bytes
        var certificates: [[UInt8]] = []
        while !rest.isEmpty {
            guard certificates.count < limit else { throw .tooMany }
            guard let size = sizeOfSequence(rest), size <= rest.count else {
                throw .notCertificates
            }
            certificates.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return certificates
    }

    /// The size in bytes that the SEQUENCE at the beginning says it has, its header included; nil
    /// where there is none (X.690 sections 8.1.2, 8.1.3 and 10.1: the length is definite).
    private static func sizeOfSequence(_ bytes: ArraySlice<UInt8>) -> Int? {
        let sequence: UInt8 = 0x30
        var rest = bytes
        guard rest.popFirst() == sequence, let first = rest.popFirst() else { return nil }
        guard first >= 0x80 else { return 2 + Int(first) }
        // A message has at most 4 MiB, so three bytes hold any length that can be true.
        let count = Int(first & 0x7F)
        guard (1...3).contains(count), rest.count >= count else { return nil }
        let length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        return 2 + count + length
    }
}
