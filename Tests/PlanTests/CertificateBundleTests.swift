import Basics
import Foundation
import Plan
import Testing

/// An element of DER with this tag.
private func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    var length = [UInt8(truncatingIfNeeded: contents.count)]
    if contents.count >= 0x80 {
        let count = UInt16(contents.count)
        length = [0x82, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
    }
    return [tag] + length + contents
}

private func name(_ text: String) -> [UInt8] { element(0x30, Array(text.utf8)) }

/// The outline of a certificate, with no more in it than what leads to the subject.
private func certificate(issuer: String, subject: String, version: Bool = true) -> [UInt8] {
    let fields =
        (version ? element(0xA0, element(0x02, [2])) : []) + element(0x02, [1, 2, 3])
        + element(0x30, [5, 0]) + name(issuer) + element(0x30, Array("from - to".utf8))
        + name(subject) + element(0x30, Array(repeating: 7, count: 300))
    return element(0x30, element(0x30, fields) + element(0x03, [0]))
}

private func pem(
    _ certificate: [UInt8], lineEnd: String = "\n", label: String = "CERTIFICATE"
) -> String {
    let body = Data(certificate).base64EncodedString(
        options: [.lineLength64Characters, lineEnd == "\n" ? .endLineWithLineFeed : []])
    return ["-----BEGIN \(label)-----", body, "-----END \(label)-----", ""]
        .joined(separator: lineEnd)
}

@Suite struct CertificateBundleTests {
    private static let one = certificate(issuer: "one", subject: "one")
    private static let two = certificate(issuer: "one", subject: "two")
    private static let long = certificate(
        issuer: String(repeating: "long", count: 200), subject: "tail")

    @Test(arguments: ["\n", "\r\n"])
    func `a certificate is found by its subject`(lineEnd: String) {
        let text = [Self.one, Self.two, Self.long].map { pem($0, lineEnd: lineEnd) }.joined()
        let bundle = CertificateBundle(pem: Array(text.utf8))
        #expect(bundle.count == 3)
        #expect(bundle.certificates(of: name("one")) == [Self.one])
        #expect(bundle.certificates(of: name("two")) == [Self.two])
        #expect(bundle.certificates(of: name("tail")) == [Self.long])
        #expect(bundle.certificates(of: name("on")) == [])
        #expect(bundle.certificates(of: name("three")) == [])
    }

    @Test func `all certificates with a name are found`() {
        let namesake = certificate(issuer: "two", subject: "one", version: false)
        let text = pem(Self.one) + pem(Self.two) + pem(namesake)
        let bundle = CertificateBundle(pem: Array(text.utf8))
        #expect(bundle.certificates(of: name("one")) == [Self.one, namesake])
    }

    @Test func `what stands around certificates does not matter`() {
        let text =
            "# comment - with -- dashes ------\n" + pem(Self.two, label: "PRIVATE KEY")
            + "subject=CN = one\n" + pem(Self.one) + "-----END CERTIFICATE-----\n"
            + " " + pem(Self.two) + "-----BEGIN CERTIFICATE-----\nAAAA"
        let bundle = CertificateBundle(pem: Array(text.utf8))
        #expect(bundle.count == 1)
        #expect(bundle.certificate(at: 0) == Self.one)
    }

    /// Whatever comes before it in the file, a certificate is found.
    @Test(arguments: 0..<10)
    func `the place in the file does not matter`(padding: Int) {
        let text = String(repeating: "x", count: padding) + "\n" + pem(Self.one)
        #expect(CertificateBundle(pem: Array(text.utf8)).certificate(at: 0) == Self.one)
    }

    @Test func `a certificate that is cut short is not found and does no harm`() {
        for count in 0..<Self.one.count {
            let text = pem(Array(Self.one.prefix(count)))
            let bundle = CertificateBundle(pem: Array(text.utf8))
            let found = bundle.certificates(of: name("one"))
            #expect(found.allSatisfy { $0 == Array(Self.one.prefix(count)) })
        }
    }

    @Test func `bytes that are changed do no harm`() {
        for index in Self.one.indices {
            for value: UInt8 in [0x00, 0x7F, 0x80, 0x84, 0xFF] {
                var changed = Self.one
                changed[index] = value
                let bundle = CertificateBundle(pem: Array(pem(changed).utf8))
                #expect(bundle.certificates(of: name("one")).count <= 1)
            }
        }
    }

    @Test func `text that is not Base64 is no certificate`() {
        for body in ["AA*A", "A", "AAAAA", "AA\u{0}A"] {
            let text = "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
            let bundle = CertificateBundle(pem: Array(text.utf8))
            #expect(bundle.count == 1)
            #expect(bundle.certificate(at: 0) == nil)
            #expect(bundle.certificates(of: name("one")) == [])
        }
    }
}
