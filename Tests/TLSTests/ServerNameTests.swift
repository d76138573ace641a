import Plan
import TLS
import TestSupport
import Testing

/// Which names a certificate is valid for.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct ServerNameTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var certificate: String
        var name: String
        /// What the certificate has instead of the name.
        var others: [String]

        init(_ certificate: String, _ name: String, not others: [String] = []) {
            self.certificate = certificate
            self.name = name
            self.others = others
        }

        var testDescription: String { "\(certificate), \(name)" }
    }

    @Test(arguments: [
        Row("good", "localhost"), Row("good", "LocalHost"), Row("upper-case", "localhost"),
        Row("good", "localhost."), Row("good", "127.0.0.1"), Row("good", "[::1]"),
        Row("name-only", "localhost"), Row("address-only", "::1"),
        Row("address-only", "::ffff:127.0.0.1"), Row("mapped-address", "127.0.0.1"),
        Row("mapped-other", "192.0.2.1"), Row("wildcard", "api.example.com"),
        Row("wildcard", "my_svc.example.com"), Row("wildcard-short", "db.internal"),
        Row("many-names", "host-59.example.com"), Row("common-name-too", "db.internal"),
    ])
    func `a name that the certificate has`(_ row: Row) throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: row.name, .server(row.certificate))
        #expect(try result.flaw() == nil)
    }

    @Test(arguments: [
        Row("other-name", "localhost", not: ["db.internal"]),
        Row("other-name", "internal", not: ["db.internal"]),
        Row("other-name", "sub.db.internal", not: ["db.internal"]),
        Row("name-only", "127.0.0.1", not: ["localhost"]),
        Row("address-only", "localhost", not: ["127.0.0.1", "::1"]),
        Row("address-as-name", "127.0.0.1", not: ["127.0.0.1"]),
        Row("other-address", "::1", not: ["192.0.2.1", "2001:db8::1"]),
        Row("mapped-address", "127.0.0.2", not: ["::ffff:127.0.0.1"]),
        Row("mapped-address", "::7f00:1", not: ["::ffff:127.0.0.1"]),
        Row("wildcard", "example.com", not: ["*.example.com"]),
        Row("wildcard", "a.b.example.com", not: ["*.example.com"]),
        Row("wildcard", "my_svc.a.example.com", not: ["*.example.com"]),
        Row("wildcard-short", "internal", not: ["*.internal"]),
        Row("bare-wildcard", "localhost", not: ["*"]),
        Row("nul", "localhost", not: ["localhost\0.evil.example"]),
        Row("common-name", "localhost", not: []),
        Row("common-name-too", "localhost", not: ["db.internal"]),
        Row("uri-only", "localhost", not: []),
    ])
    func `a name that the certificate does not have`(_ row: Row) throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: row.name, .server(row.certificate))
        let name = ServerName(row.name).description
        #expect(try result.flaw() == .wrongName(wanted: name, names: row.others))
        #expect(result.server.alert == 42)
    }

    @Test(arguments: [
        "", ".", ".example.com", "localhost\0.evil.example", String(repeating: "a", count: 256),
    ])
    func `what is no whole name is never asked for`(_ name: String) throws {
        #expect(try TLSSession.make(.trusting("ca.pem"), to: ServerName(name)) == nil)
    }
}
