import Basics
package import Outcome

/// What a file holds that was named as one of certificates or of a key, for the one that it is of
/// no use to: it says what to do.
package enum CredentialFile: Equatable, Sendable {
    case certificate(Encoding)
    /// `openssl x509 -trustout` writes it (`TRUSTED CERTIFICATE`).
    case certificateWithTrust
    case privateKey(Encoding)
    case publicKey
    case request
    case revocations
    case pkcs7(Encoding)
    case pkcs12
    case javaKeystore
    /// Nothing that is known here.
    case other

    package enum Encoding: Equatable, Sendable {
        case pem
        case der
    }

    package init(_ bytes: [UInt8]) {
        let labels = pemLabels(in: bytes)
        let known: [(String, CredentialFile)] = [
            ("CERTIFICATE", .certificate(.pem)), ("X509 CERTIFICATE", .certificate(.pem)),
            ("PRIVATE KEY", .privateKey(.pem)), ("RSA PRIVATE KEY", .privateKey(.pem)),
            ("EC PRIVATE KEY", .privateKey(.pem)), ("DSA PRIVATE KEY", .privateKey(.pem)),
            ("ENCRYPTED PRIVATE KEY", .privateKey(.pem)),
            ("OPENSSH PRIVATE KEY", .privateKey(.pem)),
            ("TRUSTED CERTIFICATE", .certificateWithTrust), ("PKCS7", .pkcs7(.pem)),
            ("CERTIFICATE REQUEST", .request), ("NEW CERTIFICATE REQUEST", .request),
            ("X509 CRL", .revocations), ("PUBLIC KEY", .publicKey), ("RSA PUBLIC KEY", .publicKey),
        ]
        for (label, kind) in known where labels.contains(where: { $0.elementsEqual(label.utf8) }) {
            self = kind
            return
        }
        self = CredentialFile(der: bytes)
    }

    /// By the first elements of the outermost sequence, as far as they tell the kinds apart.
    private init(der bytes: [UInt8]) {
        self = .other
        // The number that Java's own keystores begin with.
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) { self = .javaKeystore }
        var reader = DERReader(bytes)
        guard let contents = reader.nextContents, contents.upperBound == bytes.count,
            reader.enter(DERReader.Tag.sequence)
        else { return }
        let first = reader.nextTag
        var inside = reader
        // What is declared need not be there.
        guard let value = reader.nextContents, reader.skip(), reader.position <= bytes.count else {
            return
        }
        let second = reader.nextTag
        switch (first, second) {
        // RFC 7292: version 3. RFC 5958 and RFC 8017: version 0, RFC 5915: version 1.
        case (Tag.integer, DERReader.Tag.sequence):
            self = bytes[value].elementsEqual([3]) ? .pkcs12 : .privateKey(.der)
        case (Tag.integer, Tag.integer), (Tag.integer, Tag.octets): self = .privateKey(.der)
        // RFC 2315: what kind of content, and the content.
        case (Tag.identifier, DERReader.Tag.context0): self = .pkcs7(.der)
        // RFC 5958 section 3, an encrypted key.
        case (DERReader.Tag.sequence, Tag.octets): self = .privateKey(.der)
        case (DERReader.Tag.sequence, Tag.bits): self = .publicKey
        case (DERReader.Tag.sequence, DERReader.Tag.sequence):
            guard inside.enter(DERReader.Tag.sequence) else { return }
            // RFC 5280 section 4.1: a version in brackets, or the serial number and an algorithm.
            // RFC 2986: a version and a name.
            if inside.nextTag == DERReader.Tag.context0 {
                self = .certificate(.der)
            } else if inside.nextTag == Tag.integer, inside.skip(),
                inside.enter(DERReader.Tag.sequence)
            {
                self = inside.nextTag == Tag.identifier ? .certificate(.der) : .request
            }
        default: break
        }
    }

    private enum Tag {
        static let integer: UInt8 = 0x02
        static let bits: UInt8 = 0x03
        static let octets: UInt8 = 0x04
        static let identifier: UInt8 = 0x06
    }
}

/// The words behind `-----BEGIN` in a text, each once for each time.
private func pemLabels(in text: [UInt8]) -> [ArraySlice<UInt8>] {
    let begin = Array("-----BEGIN ".utf8)
    let dashes = Array("-----".utf8)
    var labels: [ArraySlice<UInt8>] = []
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: begin) {
        var line = line
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.suffix(dashes.count).elementsEqual(dashes) else { continue }
        labels.append(line.dropFirst(begin.count).dropLast(dashes.count))
    }
    return labels
}

// MARK: - Complaints

extension CredentialFile {
    /// What a flag wants of its file.
    package enum Want: Equatable, Sendable {
        case certificate
        case privateKey
    }

    /// What is wrong with a file in which nothing was found of what a flag wants.
    package func complaint(_ flag: String, _ path: String, wants want: Want) -> UsageError {
        let wanted = want == .certificate ? "certificate" : "private key"
        let text: String
        switch self {
        case .certificate(.pem) where want == .certificate,
            .privateKey(.pem) where want != .certificate,
            .other:
            text = "has no \(wanted) in PEM"
        case .certificate(.der) where want == .certificate:
            text = "is a certificate in DER, not in PEM"
        case .privateKey(.der) where want == .privateKey:
            text = "is a private key in DER, not in PEM"
        case .certificate: text = "holds a certificate, not a private key"
        case .certificateWithTrust: text = "holds a certificate with OpenSSL's trust settings"
        case .privateKey: text = "holds a private key, not a certificate"
        case .publicKey: text = "holds a public key, not a \(wanted)"
        case .request: text = "holds a certificate request, not a \(wanted)"
        case .revocations: text = "holds a list of revoked certificates, not a \(wanted)"
        case .pkcs7: text = "is PKCS#7, not PEM with a \(wanted)"
        case .pkcs12: text = "is PKCS#12, not PEM"
        case .javaKeystore: text = "is a Java keystore, not PEM"
        }
        return UsageError("\(flag): \(quoted(path)) \(text)", hint: hint(for: want))
    }

    private func hint(for want: Want) -> String? {
        switch (self, want) {
        case (.certificate(.der), .certificate):
            "openssl x509 -inform der -in FILE -out FILE.pem writes it in PEM"
        case (.certificateWithTrust, .certificate):
            "openssl x509 -in FILE -out FILE.pem writes it without them"
        case (.privateKey(.der), .privateKey):
            "openssl pkey -inform der -in FILE -out FILE.pem writes it in PEM"
        case (.privateKey, .certificate): "name the certificate that belongs to this key"
        case (.certificate, .privateKey), (.certificateWithTrust, .privateKey),
            (.publicKey, .privateKey):
            "name the private key that belongs to it"
        case (.request, .certificate): "name the certificate that the authority made of it"
        case (.pkcs7(.pem), .certificate):
            "openssl pkcs7 -print_certs -in FILE -out FILE.pem writes the certificates in PEM"
        case (.pkcs7(.der), .certificate):
            "openssl pkcs7 -inform der -print_certs -in FILE -out FILE.pem writes the"
                + " certificates in PEM"
        case (.pkcs12, .certificate):
            "openssl pkcs12 -nokeys -in FILE -out FILE.pem writes the certificates in PEM"
        case (.pkcs12, .privateKey):
            "openssl pkcs12 -nocerts -nodes -in FILE -out FILE.pem writes the key in PEM"
        case (.javaKeystore, _):
            "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 makes PKCS#12 of it,"
                + " and openssl pkcs12 makes PEM of that"
        default: nil
        }
    }
}
