import Outcome
import Plan
import TLS
import TestSupport
import Testing

/// What the certificates of servers are accepted or refused for.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct ServerCertificateTests {
    /// 2021-02-03T04:05:06Z and 2088-01-02T03:04:05Z, as certificates.py has them.
    static let past: Int64 = 1_612_325_106
    static let future: Int64 = 3_723_851_045

    @Test(arguments: [
        "good", "rsa", "weak", "p384", "ed25519", "mixed", "server-only", "any-usage",
        "any-usage-too",
        "chain", "chain-with-root", "chain-disordered", "below-any-usage", "below-doubles",
    ])
    func `a certificate that is right`(_ certificate: String) throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: "localhost", .server(certificate))
        #expect(try result.summary().alpn == "h2")
        #expect(try result.summary().peerID == nil)
        #expect(result.server.isEstablished && !result.server.hasFailed)
    }

    @Test func `what is told of a certificate`() throws {
        let summary = try Handshake(.trusting("ca.pem"), to: "localhost", .server("good"))
            .summary()
        #expect(summary.peerSubject == "CN=good")
        // 2089-06-30T12:34:56Z
        #expect(summary.notAfter == 3_770_973_296)
        #expect(summary.clientCertificate == .notWanted)
    }

    /// A certificate, what is wrong with it, and the alert that says so to its server.
    struct Refusal: CustomTestStringConvertible, Sendable {
        var certificate: String
        var flaw: CertificateFlaw
        var alert: Int

        init(_ certificate: String, _ flaw: CertificateFlaw, _ alert: Int) {
            self.certificate = certificate
            self.flaw = flaw
            self.alert = alert
        }

        var testDescription: String { certificate }
    }

    private static func refuses(_ refusal: Refusal) throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: "localhost", .server(refusal.certificate))
        #expect(try result.flaw() == refusal.flaw)
        #expect(result.server.alert == refusal.alert)
    }

    @Test(arguments: [
        Refusal("expired", .expired(past, issuer: nil), 45),
        Refusal("future", .notYetValid(future, issuer: nil), 42),
        Refusal("below-expired", .expired(past, issuer: "CN=Gone Intermediate"), 45),
    ])
    func `one whose time is not now`(_ refusal: Refusal) throws {
        try Self.refuses(refusal)
    }

    @Test(arguments: [
        Refusal("client-only", .wrongPurpose(issuer: nil), 43),
        Refusal("near-any-usage", .wrongPurpose(issuer: nil), 43),
        Refusal("below-client-usage", .wrongPurpose(issuer: "CN=Narrow client"), 43),
        Refusal("below-near-usage", .wrongPurpose(issuer: "CN=Narrow near"), 43),
        Refusal("key-usage", .wrongKeyUsage(issuer: nil), 43),
        Refusal("any-usage-bad-key", .wrongKeyUsage(issuer: nil), 43),
    ])
    func `one that is for something else`(_ refusal: Refusal) throws {
        try Self.refuses(refusal)
    }

    @Test(arguments: [
        Refusal("below-leaf", .notAuthority(issuer: "CN=not a CA"), 48),
        Refusal("below-any-usage-leaf", .notAuthority(issuer: "CN=Not a CA"), 48),
        Refusal("below-silent", .mayNotSign(issuer: "CN=Silent"), 48),
        Refusal("below-malformed", .malformed(issuer: "CN=Broken"), 42),
        Refusal("constrained", .unacceptable("permitted subtree violation"), 46),
        Refusal("critical", .unacceptable("unhandled critical extension"), 46),
    ])
    func `one whose issuer may not sign it, or that says what nobody knows`(
        _ refusal: Refusal
    ) throws {
        try Self.refuses(refusal)
    }

    @Test(arguments: [
        Refusal("unknown", .missingIssuer("CN=Stranger Root"), 48),
        Refusal("unknown-with-root", .unknownIssuer("CN=Stranger Root"), 48),
        Refusal("chain-incomplete", .missingIssuer("CN=Example Intermediate"), 48),
        Refusal("of-organization", .missingIssuer("C=DE, O=\"Example, Inc.\", CN=Root"), 48),
        Refusal("self-signed", .selfSigned, 48),
        Refusal("self-signed-leaf", .selfSigned, 48),
        Refusal("unknown-expired", .missingIssuer("CN=Stranger Root"), 48),
    ])
    func `one that leads to nobody who is trusted`(_ refusal: Refusal) throws {
        try Self.refuses(refusal)
    }

    @Test(arguments: [
        Refusal("double", .badSignature(of: nil, issuer: "CN=Example Root", isTrusted: true), 48),
        Refusal("tampered", .badSignature(of: nil, issuer: "CN=Example Root", isTrusted: true), 51),
        Refusal(
            "other-identifier",
            .wrongKeyIdentifier(of: nil, issuer: "CN=Example Root", isTrusted: true), 48),
        Refusal(
            "below-double",
            .badSignature(of: nil, issuer: "CN=Example Intermediate", isTrusted: false), 51),
        Refusal(
            "below-crowd",
            .badSignature(of: nil, issuer: "CN=Example Intermediate", isTrusted: false), 48),
    ])
    func `one that a namesake of its issuer did not sign`(_ refusal: Refusal) throws {
        try Self.refuses(refusal)
    }

    @Test func `the first of several flaws is the one that is told`() throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: "localhost", .server("expired-other-name"))
        #expect(try result.flaw() == .wrongName(wanted: "localhost", names: ["db.internal"]))
    }

    @Test(arguments: ["expired", "other-name", "unknown", "client-only", "tampered", "below-leaf"])
    func `without verification any certificate will do`(_ certificate: String) throws {
        let context = try TLSContext.make(TLSPlan(trust: .anybody), files: .none)
        let result = try Handshake(context, to: "localhost", .server(certificate))
        #expect(try result.flaw() == nil)
        #expect(result.server.isEstablished)
    }

    @Test func `the names of issuers are told as they are, for others to escape`() throws {
        let result = try Handshake(
            .trusting("ca.pem"), to: "localhost", .server("unknown-hostile"))
        guard case .missingIssuer(let issuer) = try result.flaw() else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(issuer.hasPrefix("CN=\"\u{1B}]0;owned\u{07}"))
    }
}
