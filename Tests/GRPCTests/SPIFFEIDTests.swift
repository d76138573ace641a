import GRPC
import Testing

@Suite struct SPIFFEIDTests {
    @Test(
        arguments: [
            ("spiffe://example.org/shop/cart", "example.org", true),
            ("spiffe://example.org", "example.org", false),
            ("spiffe://a/b", "a", true),
            ("spiffe://1.2.3.4/x", "1.2.3.4", true),
            ("spiffe://a_b-c.d0/Az09._-/...", "a_b-c.d0", true),
            ("spiffe://example.org/9eebccd2-12bf-40a6-b262-65fe0487d453", "example.org", true),
            ("spiffe://example.org/.../x", "example.org", true),
        ])
    func `an identity has a trust domain and a path`(
        text: String, trustDomain: String, hasPath: Bool
    ) throws {
        let identity = try SPIFFEID(text.utf8)
        #expect(identity.text == text)
        #expect(identity.trustDomain.text == trustDomain)
        #expect(identity.hasPath == hasPath)
    }

    @Test(
        arguments: [
            ("", .noScheme), ("spiffe", .noScheme), ("spiffe:", .noScheme),
            ("spiffe:/example.org/x", .noScheme), ("SPIFFE://example.org/x", .noScheme),
            ("https://example.org/x", .noScheme), (" spiffe://example.org/x", .noScheme),
            ("spiffe://", .noTrustDomain), ("spiffe:///x", .noTrustDomain),
            ("spiffe://Example.org/x", .badTrustDomain),
            ("spiffe://example.org:80/x", .badTrustDomain),
            ("spiffe://me@example.org/x", .badTrustDomain),
            ("spiffe://[::1]/x", .badTrustDomain), ("spiffe://%61/x", .badTrustDomain),
            ("spiffe://example.org?x", .badTrustDomain), ("spiffe://münchen/x", .badTrustDomain),
            ("spiffe://example.org/", .trailingSlash), ("spiffe://example.org/x/", .trailingSlash),
            ("spiffe://example.org//x", .emptySegment),
            ("spiffe://example.org/./x", .dotSegment), ("spiffe://example.org/x/..", .dotSegment),
            ("spiffe://example.org/x?y", .badPath), ("spiffe://example.org/x#y", .badPath),
            ("spiffe://example.org/a%20b", .badPath), ("spiffe://example.org/a b", .badPath),
            ("spiffe://example.org/ü", .badPath), ("spiffe://example.org/x\n", .badPath),
        ] as [(String, SPIFFEIDError)])
    func `anything else is no identity`(text: String, error: SPIFFEIDError) {
        #expect(throws: error) { try SPIFFEID(text.utf8) }
    }

    @Test func `an identity has 2048 bytes, and a trust domain 255`() throws {
        let domain = String(repeating: "d", count: 255)
        let longest = "spiffe://\(domain)/" + String(repeating: "p", count: 2048 - 9 - 256)
        #expect(try SPIFFEID(longest.utf8).bytes.count == 2048)
        #expect(throws: SPIFFEIDError.tooLong) { try SPIFFEID((longest + "p").utf8) }
        #expect(throws: SPIFFEIDError.trustDomainTooLong) {
            try SPIFFEID("spiffe://d\(domain)/p".utf8)
        }
    }

    @Test func `no other byte may stand in an identity`() {
        let letters = Set("abcdefghijklmnopqrstuvwxyz".utf8)
        let marks = Set("0123456789-_.".utf8)
        let capitals = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            let domain = Array("spiffe://a".utf8) + [byte] + Array("b/x".utf8)
            let path = Array("spiffe://a/x".utf8) + [byte] + Array("y".utf8)
            let slash = byte == UInt8(ascii: "/")
            let isDomain = letters.contains(byte) || marks.contains(byte) || slash
            #expect(((try? SPIFFEID(domain)) != nil) == isDomain)
            #expect(((try? SPIFFEID(path)) != nil) == (isDomain || capitals.contains(byte)))
        }
    }

    @Test(arguments: ["example.org", "spiffe://example.org", "spiffe://example.org/x"])
    func `a federated bundle has a trust domain in either spelling`(key: String) throws {
        #expect(try TrustDomain(key: Array(key.utf8)[...]).text == "example.org")
    }

    @Test(arguments: ["", "spiffe://", "https://example.org", "example.org/x", "Example.org"])
    func `anything else names no trust domain`(key: String) {
        #expect(throws: SPIFFEIDError.self) { try TrustDomain(key: Array(key.utf8)[...]) }
    }
}
