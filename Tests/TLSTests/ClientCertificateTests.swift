import Basics
import Outcome
import Plan
import TLS
import TestSupport
import Testing

/// How our own certificate is loaded, and what is said of files that are of no use.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct ClientCertificateTests {
    private static func context(_ chain: String, _ key: String) throws -> TLSContext {
        try .trusting("ca.pem") {
            $0.clientCertificate = try ClientCertificate(chain: .made(chain), key: .made(key))
        }
    }

    /// A server that asks for a client's certificate.
    private static func server(
        _ version: String? = nil, isRequired: Bool = true
    ) throws -> PeerTLSPlan {
        var plan = try PeerTLSPlan.server("good")
        plan.version = version
        plan.demand = try PeerTLSPlan.Demand(
            authority: TestCertificates.shared.folder + "/ca.pem", isRequired: isRequired)
        return plan
    }

    @Test(arguments: [
        ("client.pem", "client.key"), ("client-rsa.pem", "client-pkcs1.key"),
        ("client.pem", "client-sec1.key"), ("client.pem", "client-parameters.key"),
        ("client-ed25519.pem", "client-ed25519.key"), ("client-windows.pem", "client-windows.key"),
        ("client-bag.pem", "client-bag.key"), ("client-both.pem", "client-both-reversed.pem"),
    ])
    func `a certificate and its key in every form`(_ chain: String, _ key: String) throws {
        let result = try Handshake(Self.context(chain, key), to: "localhost", Self.server())
        #expect(result.server.clientName?.hasPrefix("c") == true)
        #expect(!result.server.hasFailed)
        #expect(try result.summary().clientCertificate == .sent)
        #expect(result.firstRead == .wait)
    }

    @Test func `the chain in the file is sent, and nothing else`() throws {
        let whole = try Handshake(
            Self.context("client-chain.pem", "client-chain.key"), to: "localhost", Self.server())
        #expect(whole.server.clientName == "client below")
        let part = try Handshake(
            Self.context("client-chain-incomplete.pem", "client-chain-incomplete.key"),
            to: "localhost", Self.server())
        #expect(part.firstRead == .failed(.clientCertificateRejected(.unknownAuthority)))
    }

    @Test(arguments: ["1.2", "1.3"])
    func `a certificate that is missing or refused is told as that`(_ version: String) throws {
        func failure(_ context: TLSContext) throws -> TLSFailure? {
            let result = try Handshake(context, to: "localhost", Self.server(version))
            switch (result.outcome, result.firstRead) {
            case (.failed(let failure), _), (_, .failed(let failure)): return failure
            default: return nil
            }
        }
        #expect(try failure(.trusting("ca.pem")) == .clientCertificateRequired)
        #expect(
            try failure(Self.context("client-unknown.pem", "client-unknown.key"))
                == .clientCertificateRejected(.unknownAuthority))
        #expect(
            try failure(Self.context("client-expired.pem", "client-expired.key"))
                == .clientCertificateRejected(TLSAlert(45)))
    }

    @Test func `whether one was asked for is known`() throws {
        let asking = try Self.server(isRequired: false)
        #expect(
            try Handshake(.trusting("ca.pem"), to: "localhost", asking).summary()
                .clientCertificate == .missing)
        #expect(
            try Handshake(
                Self.context("client.pem", "client.key"), to: "localhost", .server("good")
            ).summary().clientCertificate == .notWanted)
    }

    struct Useless: CustomTestStringConvertible, Sendable {
        var chain: String
        var key: String
        var words: String
        var hint: String?

        init(_ chain: String, _ key: String, _ words: String, hint: String? = nil) {
            self.chain = chain
            self.key = key
            self.words = words
            self.hint = hint
        }

        var testDescription: String { "\(chain), \(key)" }
    }

    @Test(arguments: [
        Useless(
            "client.pem", "client-rsa.key",
            "-tls-client-key: the key in \"client-rsa.key\" does not belong to the certificate in"
                + " \"client.pem\""),
        // Of the same kind, which only a comparison tells.
        Useless(
            "client.pem", "client-chain.key",
            "-tls-client-key: the key in \"client-chain.key\" does not belong to the certificate"
                + " in \"client.pem\""),
        Useless(
            "client.key", "client.pem",
            "-tls-client-cert: \"client.key\" holds a private key, and -tls-client-key:"
                + " \"client.pem\" a certificate", hint: "the two files are swapped"),
        Useless(
            "damaged.pem", "client.key",
            "-tls-client-cert: certificate 1 in \"damaged.pem\" is broken"),
        Useless(
            "empty.pem", "client.key",
            "-tls-client-cert: \"empty.pem\" has no certificate in PEM"),
        Useless(
            "client.pem", "cut-off.key",
            "-tls-client-key: \"cut-off.key\" has no private key in PEM"),
        Useless(
            "client-koblitz.pem", "client-koblitz.key",
            "-tls-client-cert: the certificate in \"client-koblitz.pem\" has a key that TLS 1.3"
                + " cannot use (on the curve secp256k1)",
            hint: "keys for RSA, Ed25519 and the curves P-256, P-384 and P-521 can be used"),
    ])
    func `files of no use are told with what to do`(_ row: Useless) throws {
        #expect(throws: UsageError(row.words, hint: row.hint)) {
            try Self.context(row.chain, row.key)
        }
    }

    @Test(arguments: [
        ("client.pem", "client-sec1-encrypted.key"),
        ("client-rsa.pem", "client-pkcs1-encrypted.key"),
        ("client.pem", "client-pkcs8-encrypted.key"),
    ])
    func `nobody is asked for the password of a key`(_ chain: String, _ key: String) throws {
        let error = UsageError(
            "-tls-client-key: the key in \"\(key)\" is encrypted",
            hint: "openssl pkey -in FILE -out FILE writes it without encryption")
        #expect(throws: error) { try Self.context(chain, key) }
    }

    @Test(arguments: [
        "-----BEGIN CERTIFICATE-----\nMAMBAQE=\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nno Base64!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    ])
    func `a broken certificate behind ours is counted`(_ broken: String) throws {
        let both = try NamedFile.made("client.pem").bytes + Array(broken.utf8)
        #expect(
            throws: UsageError("-tls-client-cert: certificate 2 in \"both.pem\" is broken")
        ) {
            try TLSContext.trusting("ca.pem") {
                $0.clientCertificate = try ClientCertificate(
                    chain: NamedFile(path: "both.pem", bytes: both), key: .made("client.key"))
            }
        }
    }
}
