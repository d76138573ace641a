import Plan
import Testing

@Suite struct CredentialFileTests {
    @Test(
        arguments: [
            ("CERTIFICATE", .certificate(.pem)), ("TRUSTED CERTIFICATE", .certificateWithTrust),
            ("PRIVATE KEY", .privateKey(.pem)), ("RSA PRIVATE KEY", .privateKey(.pem)),
            ("ENCRYPTED PRIVATE KEY", .privateKey(.pem)), ("PUBLIC KEY", .publicKey),
            ("X509 CRL", .revocations), ("CERTIFICATE REQUEST", .request), ("PKCS7", .pkcs7(.pem)),
            ("SOMETHING", .other), ("", .other),
        ] as [(String, CredentialFile)])
    func `PEM says what it is`(label: String, kind: CredentialFile) {
        for end in ["\n", "\r\n"] {
            let text = "Bag Attributes\(end)-----BEGIN \(label)-----\(end)AAAA\(end)"
            #expect(CredentialFile(Array(text.utf8)) == kind)
        }
    }

    @Test(
        arguments: [
            // A version in brackets, or a serial number: a certificate of today or of the first.
            ("30 0b 30 05 a0 03 02 01 02 30 00 03 00", .certificate(.der)),
            ("30 0e 30 07 02 01 05 30 02 06 00 30 00 03 01 00", .certificate(.der)),
            ("30 0e 30 07 02 01 00 30 02 31 00 30 00 03 01 00", .request),
            ("30 07 02 01 03 30 02 06 00", .pkcs12),
            ("30 07 02 01 00 30 02 06 00", .privateKey(.der)),
            ("30 06 02 01 00 02 01 11", .privateKey(.der)),
            ("30 05 02 01 01 04 00", .privateKey(.der)),
            ("30 06 30 02 06 00 04 00", .privateKey(.der)),
            ("30 06 30 02 06 00 03 00", .publicKey),
            ("30 06 06 02 2a 03 a0 00", .pkcs7(.der)),
            ("fe ed fe ed 00 00 00 02", .javaKeystore),
            ("30 07 02 01 03 30 02 06", .other), ("30 84 00 00 00 01 00", .other),
            ("30 00", .other),
            ("30", .other), ("02 01 03", .other), ("30 02 30 05", .other),
        ] as [(String, CredentialFile)])
    func `DER is known by its first elements`(text: String, kind: CredentialFile) {
        let bytes = text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        #expect(CredentialFile(bytes) == kind)
    }
}
