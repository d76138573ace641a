import Outcome
import Plan
import TLS
import TestSupport
import Testing

/// A handshake of the program with a scripted server, in memory.
struct Handshake {
    /// What it came to.
    private(set) var outcome = TLSHandshake.wait
    /// What the server saw of it.
    let server: PeerTLSRecord
    /// What the program read next. Where TLS 1.3 is spoken, a server looks at a client's
    /// certificate only when the client's handshake is done.
    let firstRead: TLSProgress

    /// - Parameters:
    ///   - name: whom the program wants to talk to.
    ///   - plan: the server, whose certificate is a path.
    init(_ context: TLSContext, to name: String, _ plan: PeerTLSPlan) throws {
        let peer = try PeerTLSSession(PeerTLSServer(plan))
        let session = try #require(TLSSession.make(context, to: ServerName(name)))
        defer { withExtendedLifetime(session) {} }
        var isMoving = true
        while isMoving {
            if outcome == .wait { outcome = session.shakeHands() }
            var output: [UInt8] = []
            session.takeOutput(into: &output)
            _ = peer.receive(output)
            let answer = peer.takeOutput()
            session.receive(answer.span)
            isMoving = !output.isEmpty || !answer.isEmpty
        }
        if case .done = outcome {
            var read = TLSProgress.moved
            while read == .moved { read = session.read { _ in } }
            firstRead = read
        } else {
            firstRead = .end
        }
        server = peer.record
    }

    /// What is wrong with the server's certificate; nil where the handshake was done.
    func flaw() throws -> CertificateFlaw? {
        switch outcome {
        case .done: return nil
        case .failed(.certificate(let flaw)): return flaw
        default:
            Issue.record("neither done nor refused: \(outcome)")
            return nil
        }
    }

    /// What was agreed on.
    func summary() throws -> TLSSummary {
        let summary: TLSSummary? = if case .done(let summary) = outcome { summary } else { nil }
        return try #require(summary, "\(outcome)")
    }
}

extension PeerTLSPlan {
    /// A server with this certificate of `certificates.py`.
    static func server(_ certificate: String) throws -> PeerTLSPlan {
        try PeerTLSPlan(certificate: "\(TestCertificates.shared.folder)/\(certificate)")
    }
}

extension NamedFile {
    /// A file that `certificates.py` wrote.
    static func made(_ name: String) throws -> NamedFile {
        try NamedFile(path: name, bytes: TestCertificates.shared.contents(of: name))
    }
}

extension TLSContext {
    /// A context that trusts the certificates in this file of `certificates.py`.
    static func trusting(
        _ file: String, _ change: (inout TLSPlan) throws -> Void = { _ in }
    ) throws -> TLSContext {
        var plan = try TLSPlan(trust: .certificates(.made(file)))
        try change(&plan)
        return try TLSContext.make(plan, files: .none)
    }
}
