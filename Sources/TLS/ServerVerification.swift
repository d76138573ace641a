#if TLS
import COpenSSL
import GRPC
import Outcome
import Plan

/// What the certificates of a context's servers have to prove.
enum VerificationPolicy {
    /// The server's name, by a chain to one of these.
    case name(TrustAnchors)
    /// A SPIFFE ID.
    case identity(SPIFFERules)
}

/// The verification of one server's certificate: OpenSSL asks for it in the handshake, the policy
/// says what must be proved, `ChainSearch` looks for chains that do, and `ChainVerification` judges
/// each.
final class ServerVerification {
    private let policy: VerificationPolicy
    private let name: ServerName
    /// What is wrong with the certificate, if anything.
    private(set) var flaw: CertificateFlaw?
    /// The SPIFFE ID in it, checked or about to be.
    private(set) var peerID: SPIFFEID?

    init(_ policy: VerificationPolicy, of name: ServerName) {
        self.policy = policy
        self.name = name
    }

    /// Verifies a certificate.
    ///
    /// - Parameter sent: what the server sent along with it.
    /// - Returns: what is wrong with it; nil if nothing is.
    private func fault(of leaf: Certificate, with sent: [Certificate]) -> CertificateFault? {
        switch policy {
        case .name(let anchors):
            let judge = ChainVerification(purpose: .server(ServerNameRules(name)))
            var search = ChainSearch(from: leaf, over: sent, to: anchors, judge)
            return search.fault()
        case .identity(let rules):
            do throws(SPIFFEFlaw) {
                return try fault(of: leaf, with: sent, by: rules)
            } catch {
                return CertificateFault(
                    flaw: .identity(error), errorNumber: X509_V_ERR_CERT_REJECTED)
            }
        }
    }

    private func fault(
        of leaf: Certificate, with sent: [Certificate], by rules: SPIFFERules
    ) throws(SPIFFEFlaw) -> CertificateFault? {
        let identity = try SPIFFERules.identity(of: leaf)
        let anchors = try rules.anchors(for: identity)
        peerID = identity
        // As in go-spiffe: an SVID is for both ends of a connection, whatever its extended key
        // usage says.
        let judge = ChainVerification(purpose: .anything)
        var search = ChainSearch(from: leaf, over: sent, to: anchors, judge)
        if var fault = search.fault() {
            fault.flaw = fault.flaw.inTerms(of: identity)
            return fault
        }
        try rules.require(identity)
        return nil
    }
}

// MARK: - OpenSSL's question

extension ServerVerification {
    /// Has a context's handshakes ask the verifications that are attached to them
    /// (SSL_CTX_set_cert_verify_callback(3)).
    static func install(in handle: borrowing ContextHandle) {
        unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_cert_verify_callback(
            handle.pointer,
            { question, _ in
                guard let question = unsafe question,
                    let verification = unsafe ServerVerification.asked(in: question)
                else { return 0 }
                return unsafe verification.answer(question) ? 1 : 0
            }, nil)
    }

    /// Has a handshake ask this one, which must live as long; false when there is no memory.
    func attach(to ssl: borrowing SSLHandle) -> Bool {
        unsafe SSL_set_ex_data(ssl.pointer, 0, Unmanaged.passUnretained(self).toOpaque()) == 1
    }

    private static func asked(in question: OpaquePointer) -> ServerVerification? {
        guard let ssl = unsafe copenssl_ssl_of(question),
            let user = unsafe SSL_get_ex_data(ssl, 0)
        else { return nil }
        return unsafe Unmanaged<ServerVerification>.fromOpaque(user).takeUnretainedValue()
    }

    /// Whether a certificate will do that OpenSSL asks about (`X509_STORE_CTX`); `flaw` says why
    /// not.
    private func answer(_ question: OpaquePointer) -> Bool {
        guard let leaf = unsafe Certificate.share(X509_STORE_CTX_get0_cert(question)) else {
            unsafe X509_STORE_CTX_set_error(question, X509_V_ERR_OUT_OF_MEM)
            return false
        }
        var sent: [Certificate] = []
        let stack = unsafe X509_STORE_CTX_get0_untrusted(question)
        for index in 0..<(unsafe copenssl_count(stack)) {
            guard let other = unsafe Certificate.share(copenssl_certificate(stack, index)),
                unsafe other.pointer != leaf.pointer
            else { continue }
            sent.append(other)
        }
        let fault = fault(of: leaf, with: sent)
        flaw = fault?.flaw
        // What was wrong with other chains is not to be taken for a failure of the handshake.
        if fault == nil { OpenSSLError.forgetAll() }
        unsafe X509_STORE_CTX_set_error(question, fault?.errorNumber ?? X509_V_OK)
        return fault == nil
    }
}
#endif
