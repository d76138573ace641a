import GRPC
import Testing

/// Messages of the Workload API, written field by field.
private struct Message {
    var bytes: [UInt8] = []

    func field(_ number: UInt8, _ bytes: [UInt8]) -> Message {
        Message(bytes: self.bytes + ProtobufWriter.field(number, bytes))
    }

    func field(_ number: UInt8, _ text: String) -> Message { field(number, Array(text.utf8)) }

    /// An X509SVID with everything that is required.
    static func svid(
        _ id: String = "spiffe://example.org/probe", chain: [UInt8] = certificate(1),
        key: [UInt8] = [7, 7, 7], bundle: [UInt8] = certificate(2)
    ) -> Message {
        Message().field(1, id).field(2, chain).field(3, key).field(4, bundle)
    }

    func federated(_ key: String, _ bundle: [UInt8]) -> Message {
        field(3, Message().field(1, key).field(2, bundle).bytes)
    }
}

/// A SEQUENCE of `size` bytes, which is all that is looked at.
private func certificate(_ byte: UInt8, size: Int = 3) -> [UInt8] {
    let length: [UInt8] =
        switch size {
        case ..<0x80: [UInt8(size)]
        case ..<0x100: [0x81, UInt8(size)]
        case ..<0x10000: [0x82, UInt8(size >> 8), UInt8(size & 0xFF)]
        default: [0x83, UInt8(size >> 16), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF)]
        }
    return [0x30] + length + [UInt8](repeating: byte, count: size)
}

private func decoded(_ message: Message) throws(SVIDError) -> SPIFFECredentials {
    try X509SVIDResponse.decode(message.bytes)
}

@Suite struct X509SVIDResponseTests {
    @Test func `an identity comes with its chain, key and bundles`() throws {
        let chain = certificate(1) + certificate(2, size: 200) + certificate(3, size: 70_000)
        let credentials = try decoded(
            Message()
                .field(1, Message.svid(chain: chain, bundle: certificate(4, size: 300)).bytes)
                .federated("spiffe://other.org", certificate(5) + certificate(6)))
        #expect(credentials.identity.text == "spiffe://example.org/probe")
        #expect(
            credentials.chain == [
                certificate(1), certificate(2, size: 200), certificate(3, size: 70_000),
            ])
        #expect(credentials.privateKey.der == [7, 7, 7])
        #expect(credentials.bundles.map(\.trustDomain.text) == ["example.org", "other.org"])
        let other = try TrustDomain("other.org".utf8)
        #expect(
            credentials.bundle(of: other)?.certificates == [certificate(5), certificate(6)])
        #expect(try credentials.bundle(of: TrustDomain("third.org".utf8)) == nil)
    }

    @Test func `of several identities the first is ours, and the bundles of all count`() throws {
        let credentials = try decoded(
            Message()
                .field(1, Message.svid("spiffe://a/1", key: [1], bundle: certificate(1)).bytes)
                .field(1, Message.svid("spiffe://b/2", key: [2], bundle: certificate(2)).bytes)
                .field(1, Message.svid("spiffe://a/3", key: [3], bundle: certificate(3)).bytes))
        #expect(credentials.identity.text == "spiffe://a/1")
        #expect(credentials.privateKey.der == [1])
        #expect(credentials.bundles.map(\.trustDomain.text) == ["a", "b"])
        #expect(credentials.bundles[0].certificates == [certificate(1)])
    }

    @Test func `no federated bundle replaces our own`() throws {
        let credentials = try decoded(
            Message().federated("spiffe://example.org", certificate(9))
                .field(1, Message.svid().bytes))
        #expect(credentials.bundles.count == 1)
        #expect(credentials.bundles[0].certificates == [certificate(2)])
    }

    @Test func `what is not needed is skipped`() throws {
        let crl = certificate(8)
        let svid = Message.svid().field(5, "internal").field(15, "from the future")
        let credentials = try decoded(
            Message().field(2, crl).field(1, svid.bytes).field(14, "x").field(2, crl))
        #expect(credentials.identity.text == "spiffe://example.org/probe")
    }

    @Test func `an empty federated bundle proves nothing`() throws {
        let credentials = try decoded(
            Message().field(1, Message.svid().bytes).federated("spiffe://other.org", []))
        #expect(credentials.bundles[1].certificates.isEmpty)
    }

    @Test(
        arguments: [
            (Message(), .noIdentity),
            (Message().field(2, "x"), .noIdentity),
            (Message().field(1, ""), .missing(.spiffeID)),
            (.init().field(1, Message.svid("").bytes), .missing(.spiffeID)),
            (.init().field(1, Message.svid(chain: []).bytes), .missing(.chain)),
            (.init().field(1, Message.svid(key: []).bytes), .missing(.privateKey)),
            (.init().field(1, Message.svid(bundle: []).bytes), .missing(.bundle)),
            (
                .init().field(1, Message.svid("http://x").bytes),
                .badID(Array("http://x".utf8), .noScheme)
            ),
            (.init().field(1, Message.svid(chain: [1, 2]).bytes), .notCertificates(.chain)),
            (.init().field(1, Message.svid(bundle: [0x30]).bytes), .notCertificates(.bundle)),
            (
                .init().field(1, Message.svid().bytes).federated("other.org", [0x30, 1]),
                .notCertificates(.federatedBundle)
            ),
            (
                .init().field(1, Message.svid().bytes).federated("", certificate(1)),
                .badID([], .noTrustDomain)
            ),
            (
                .init().field(
                    1, Message.svid(chain: (0..<17).flatMap { _ in certificate(1) }).bytes),
                .tooManyCertificates(.chain)
            ),
            (
                .init().field(
                    1, Message.svid(bundle: (0..<257).flatMap { _ in certificate(1) }).bytes),
                .tooManyCertificates(.bundle)
            ),
            (
                (0..<65).reduce(Message()) { message, _ in
                    message.field(1, Message.svid().bytes)
                }, .tooManyEntries
            ),
            (
                (0..<1025).reduce(Message().field(1, Message.svid().bytes)) { message, index in
                    message.federated("d\(index)", certificate(1))
                }, .tooManyEntries
            ),
        ] as [(Message, SVIDError)])
    private func `an answer that cannot be used is refused`(message: Message, error: SVIDError) {
        #expect(throws: error) { try decoded(message) }
    }

    /// X.690: another tag, no length, an indefinite one, one of too many bytes, and lengths that
    /// promise more than there is.
    @Test(
        arguments: [
            [0x31, 0x00], [0x30], [0x30, 0x80, 0, 0], [0x30, 0x81], [0x30, 0x82, 1],
            [0x30, 0x84, 0, 0, 0, 0], [0x30, 0xFF], [0x30, 0x01],
            [0x30, 0x83, 0xFF, 0xFF, 0xFF], [0x30, 0x00, 0x30], [0x30, 0x00, 0x00],
        ] as [[UInt8]])
    func `what is not a row of sequences is refused`(chain: [UInt8]) {
        #expect(throws: SVIDError.notCertificates(.chain)) {
            try decoded(Message().field(1, Message.svid(chain: chain).bytes))
        }
    }

    @Test func `an answer cut anywhere gives no half identity`() throws {
        let whole = Message().field(1, Message.svid().bytes)
            .federated("spiffe://other.org", certificate(5)).bytes
        let ends = [Message().field(1, Message.svid().bytes).bytes.count, whole.count]
        for count in whole.indices {
            let credentials = try? X509SVIDResponse.decode(Array(whole.prefix(count)))
            #expect((credentials != nil) == ends.contains(count), "\(count) bytes")
        }
    }

    @Test func `a byte changed anywhere is read or refused`() {
        let whole = Message().field(1, Message.svid().bytes)
            .federated("spiffe://other.org", certificate(5)).bytes
        for index in whole.indices {
            for change: UInt8 in [0x01, 0x40, 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[index] ^= change
                guard let credentials = try? X509SVIDResponse.decode(bytes) else { continue }
                #expect(credentials.bundles.count <= 2)
            }
        }
    }

    @Test func `a key is never printed`() throws {
        let credentials = try decoded(
            Message().field(1, Message.svid(key: [211, 212, 213]).bytes))
        for text in [
            "\(credentials)", String(reflecting: credentials), "\(credentials.privateKey)",
        ] {
            #expect(!text.contains("211"))
            #expect(!text.contains("d3"))
        }
    }
}
