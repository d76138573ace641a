import Basics
import Foundation
import GRPC
import Plan
import TLS
import TestSupport
import Testing

/// What an agent has for the program: files that `svids.py` writes.
private struct AgentAnswer {
    var chain = "probe"
    var key = "probe"
    /// Who signs for example.org.
    var authority = "authority"
    /// What stands in the place of the certificate or the key or the authority.
    var garbage: [SVIDField: [UInt8]] = [:]
    /// Whether we are federated with partner.test.
    var isFederated = false

    func credentials() throws -> SPIFFECredentials {
        var svid = ProtobufWriter.field(1, Array("spiffe://example.org/probe".utf8))
        svid += try ProtobufWriter.field(2, garbage[.chain] ?? Self.certificates(chain))
        svid += try ProtobufWriter.field(3, garbage[.privateKey] ?? Self.privateKey(key))
        svid += try ProtobufWriter.field(4, garbage[.bundle] ?? Self.certificates(authority))
        var message = ProtobufWriter.field(1, svid)
        if isFederated {
            var entry = ProtobufWriter.field(1, Array("spiffe://partner.test".utf8))
            entry += try ProtobufWriter.field(2, Self.certificates("foreign-authority"))
            message += ProtobufWriter.field(3, entry)
        }
        return try X509SVIDResponse.decode(message)
    }

    /// All certificates of a file, in DER.
    private static func certificates(_ name: String) throws -> [UInt8] {
        let bundle = try CertificateBundle(
            pem: TestCertificates.identities.contents(of: "\(name).pem"))
        return (0..<bundle.count).flatMap { bundle.certificate(at: $0) ?? [] }
    }

    private static func privateKey(_ name: String) throws -> [UInt8] {
        let pem = try TestCertificates.identities.contents(of: "\(name).key")
        let body = String(decoding: pem, as: UTF8.self)
            .split(separator: "\n").dropFirst().dropLast().joined()
        return try Array(#require(Data(base64Encoded: body)))
    }

    func context(wanted: SPIFFEID? = nil) throws -> TLSContext {
        let endpoint = WorkloadEndpoint("unix:///run/agent.sock")
        return try TLSContext.make(
            SPIFFEPlan(endpoint: endpoint, requiredID: wanted), credentials())
    }
}

/// Which certificates prove a SPIFFE ID (X509-SVID.md section 5), and how our own is used.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct SPIFFETests {
    private static let db = "spiffe://example.org/db"

    private static func id(_ text: String = db) throws -> SPIFFEID {
        try SPIFFEID(text.utf8)
    }

    private static func server(_ certificate: String) throws -> PeerTLSPlan {
        try PeerTLSPlan(certificate: "\(TestCertificates.identities.folder)/\(certificate)")
    }

    private static func handshake(
        with certificate: String, _ answer: AgentAnswer = AgentAnswer(), wanted: String? = nil
    ) throws -> Handshake {
        try Handshake(
            answer.context(wanted: wanted.map(id)), to: "no.such.host", server(certificate))
    }

    /// SPIFFE asks neither for the server's name nor for its extended key usage.
    @Test(arguments: ["db", "db-below", "db-and-host", "client-only", "no-key-usage"])
    func `an identity of our trust domain`(_ certificate: String) throws {
        for wanted in [nil, Self.db] {
            let result = try Self.handshake(with: certificate, wanted: wanted)
            #expect(try result.flaw() == nil)
            #expect(try result.summary().peerID == Self.id())
        }
    }

    @Test func `exactly one URI`() throws {
        for (certificate, flaw) in [
            ("no-uri", SPIFFEFlaw.noID), ("no-names", .noID), ("two-uris", .severalURIs),
            ("two-ids", .severalURIs), ("same-id-twice", .severalURIs),
        ] {
            let result = try Self.handshake(with: certificate)
            #expect(try result.flaw() == .identity(flaw), "\(certificate)")
            #expect(result.server.alert == 42, "\(certificate)")
        }
    }

    @Test func `the URI is the SPIFFE ID of a workload`() throws {
        for (certificate, uri) in [
            ("no-spiffe-id", "https://example.org/db"), ("upper-case", "spiffe://Example.org/db"),
        ] {
            guard
                case .identity(.badID(let bytes, _)) = try Self.handshake(with: certificate).flaw()
            else {
                Issue.record("\(certificate) was not refused for its ID")
                continue
            }
            #expect(bytes == Array(uri.utf8))
        }
        #expect(
            try Self.handshake(with: "no-path").flaw()
                == .identity(.noPath(Self.id("spiffe://example.org"))))
    }

    @Test(arguments: ["is-authority", "cannot-sign", "key_cert_sign", "crl_sign"])
    func `an authority or what may sign is nobody's identity`(_ certificate: String) throws {
        #expect(
            try Self.handshake(with: certificate).flaw() == .identity(.authority(Self.id())))
    }

    @Test func `a foreign trust domain is checked by its own bundle`() throws {
        let known = try TrustDomain("example.org".utf8)
        let partner = try Self.id("spiffe://partner.test/db")
        #expect(
            try Self.handshake(with: "partner").flaw()
                == .identity(.foreign(partner, known: [known])))
        let federation = AgentAnswer(isFederated: true)
        #expect(try Self.handshake(with: "partner", federation).summary().peerID == partner)
        // Those whom we are federated with do not speak for us.
        #expect(
            try Self.handshake(with: "stranger", federation).flaw()
                == .identity(.untrusted(Self.id(), issuer: "CN=Authority of partner.test")))
    }

    @Test func `nobody else's signature proves it`() throws {
        let issuer = "CN=Authority of example.org"
        #expect(
            try Self.handshake(with: "impostor").flaw()
                == .identity(.untrusted(Self.id(), issuer: issuer)))
        #expect(
            try Self.handshake(with: "db-incomplete").flaw()
                == .identity(
                    .untrusted(Self.id(), issuer: "CN=Intermediate of example.org")))
        let replaced = AgentAnswer(authority: "namesake-authority")
        #expect(
            try Self.handshake(with: "db", replaced).flaw()
                == .identity(.untrusted(Self.id(), issuer: issuer)))
    }

    @Test func `any certificate of the bundle ends a chain`() throws {
        let middle = AgentAnswer(authority: "intermediate")
        #expect(try Self.handshake(with: "db-incomplete", middle).flaw() == nil)
        #expect(
            try Self.handshake(with: "db", AgentAnswer(authority: "db")).flaw() == nil)
    }

    @Test func `an identity ends with its time`() throws {
        #expect(
            try Self.handshake(with: "expired").flaw()
                == .expired(ServerCertificateTests.past, issuer: nil))
    }

    @Test func `somebody else than was wanted`() throws {
        let web = "spiffe://example.org/web"
        #expect(
            try Self.handshake(with: "db", wanted: web).flaw()
                == .identity(.unexpected(Self.id(), wanted: Self.id(web))))
    }

    @Test func `a bundle of which nothing can be read`() throws {
        let answer = AgentAnswer(garbage: [.bundle: [0x30, 1, 1]])
        #expect(
            try Self.handshake(with: "db", answer).flaw()
                == .identity(.unusableBundle(TrustDomain("example.org".utf8))))
    }

    @Test(arguments: ["probe", "probe-chain"])
    func `we show our own with all that leads to its authority`(_ chain: String) throws {
        var plan = try Self.server("db")
        plan.demand = try PeerTLSPlan.Demand(
            authority: TestCertificates.identities.folder + "/authority.pem", isRequired: true)
        let answer = AgentAnswer(chain: chain, key: chain)
        let result = try Handshake(answer.context(), to: "localhost", plan)
        #expect(result.server.isEstablished)
        #expect(result.server.clientName == "workload")
        #expect(try result.summary().clientCertificate == .sent)
    }

    @Test func `credentials of no use are told as the agent's`() throws {
        #expect(throws: SVIDError.keyMismatch) { try AgentAnswer(key: "db").context() }
        for (field, bytes) in [(SVIDField.chain, [0x30, 1, 1] as [UInt8]), (.privateKey, [1, 2])] {
            let error = #expect(throws: SVIDError.self) {
                try AgentAnswer(garbage: [field: bytes]).context()
            }
            guard case .unusable(field, let text) = error else {
                Issue.record("\(field): \(String(describing: error))")
                continue
            }
            #expect(!text.isEmpty)
        }
    }
}
