import Plan
import TLS
import TestSupport
import Testing

/// What is agreed on with a server, and how it fails.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct HandshakeTests {
    private static func handshake(
        _ change: (inout PeerTLSPlan) -> Void, requiresALPN: Bool = true
    ) throws -> Handshake {
        var plan = try PeerTLSPlan.server("good")
        change(&plan)
        let context = try TLSContext.trusting("ca.pem") { $0.requiresALPN = requiresALPN }
        return try Handshake(context, to: "localhost", plan)
    }

    @Test(arguments: ["1.2", "1.3"])
    func `the versions that HTTP2 allows`(_ version: String) throws {
        let summary = try Self.handshake { $0.version = version }.summary()
        #expect(summary.version == "TLSv\(version)")
        #expect(summary.alpn == "h2")
    }

    @Test func `an old version is none in common`() throws {
        let result = try Self.handshake {
            $0.version = "1.1"
            $0.ciphers = "DEFAULT@SECLEVEL=0"
        }
        #expect(result.outcome == .failed(.noCommonVersion))
    }

    @Test func `a cipher that HTTP2 forbids is not offered`() throws {
        let result = try Self.handshake {
            $0.version = "1.2"
            $0.ciphers = "ECDHE-ECDSA-AES128-SHA256"
        }
        #expect(result.outcome == .failed(.alert(.handshakeFailure)))
    }

    @Test(arguments: ["X25519", "P-256", "P-384", "P-521"])
    func `each key exchange that is offered`(_ group: String) throws {
        #expect(try Self.handshake { $0.groups = group }.summary().alpn == "h2")
    }

    @Test func `a key exchange over a finite field is not offered`() throws {
        let result = try Self.handshake { $0.groups = "ffdhe2048" }
        #expect(result.outcome == .failed(.alert(.handshakeFailure)))
    }

    @Test func `a server has to choose h2, unless it need not`() throws {
        #expect(try Self.handshake { $0.choice = .none }.outcome == .failed(.noALPN))
        #expect(
            try Self.handshake { $0.choice = .refuse }.outcome
                == .failed(.alert(.noApplicationProtocol)))
        let summary = try Self.handshake({ $0.choice = .none }, requiresALPN: false).summary()
        #expect(summary.alpn == nil)
    }

    @Test func `what is no TLS breaks its rules`() throws {
        let context = try TLSContext.trusting("ca.pem")
        let session = try #require(TLSSession.make(context, to: ServerName("localhost")))
        defer { withExtendedLifetime(session) {} }
        #expect(session.shakeHands() == .wait)
        session.receive(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).span)
        guard case .failed(let failure) = session.shakeHands() else {
            Issue.record("text was taken for TLS")
            return
        }
        #expect(failure == .noCommonVersion || failure == .violation("wrong version number"))
    }
}
