#if TLS
package import Basics
package import GRPC
package import Outcome
package import Plan

/// What the TLS connections of a run have in common: whom they trust and what they offer.
package final class TLSContext {
    let handle: ContextHandle
    /// What a server has to prove; nil where nothing is verified.
    let policy: VerificationPolicy?
    let hasClientCertificate: Bool
    let requiresALPN: Bool

    private init(
        owning handle: consuming ContextHandle, _ policy: VerificationPolicy?,
        hasClientCertificate: Bool, requiresALPN: Bool
    ) {
        if policy != nil { ServerVerification.install(in: handle) }
        // What was tried on the way is not to be taken for a failure of a connection.
        OpenSSLError.forgetAll()
        self.handle = handle
        self.policy = policy
        self.hasClientCertificate = hasClientCertificate
        self.requiresALPN = requiresALPN
    }

    /// A context that does what `plan` says.
    ///
    /// - Throws: what is wrong with the files that the plan was made from.
    package static func make(
        _ plan: TLSPlan, files: FileAccess
    ) throws(UsageError) -> TLSContext {
        guard let handle = TLSOffer.makeContext() else {
            throw UsageError(
                "-tls: OpenSSL lacks what HTTP/2 needs: \(OpenSSLError.takeText())")
        }
        try plan.clientCertificate?.load(into: handle)
        let anchors = try anchors(plan.trust, files)
        return TLSContext(
            owning: handle, anchors.map { .name($0) },
            hasClientCertificate: plan.clientCertificate != nil, requiresALPN: plan.requiresALPN)
    }

    /// A context that proves who we are with SPIFFE credentials, and checks servers by their
    /// SPIFFE IDs instead of their names.
    ///
    /// - Throws: why the certificate or the key is of no use.
    package static func make(
        _ plan: SPIFFEPlan, _ credentials: SPIFFECredentials
    ) throws(SVIDError) -> TLSContext {
        guard let handle = TLSOffer.makeContext() else {
            throw .unusable(.chain, OpenSSLError.takeText())
        }
        try credentials.load(into: handle)
        let rules = SPIFFERules(credentials: credentials, requiredID: plan.requiredID)
        return TLSContext(
            owning: handle, .identity(rules), hasClientCertificate: true,
            requiresALPN: plan.requiresALPN)
    }

    private static func anchors(
        _ trust: ServerTrust, _ files: FileAccess
    ) throws(UsageError) -> TrustAnchors? {
        switch trust {
        case .anybody: return nil
        case .system(let roots): return TrustAnchors(roots, files)
        case .certificates(let file):
            guard let anchors = TrustAnchors(CertificateBundle(pem: file.bytes)) else {
                throw CredentialFile(file.bytes)
                    .complaint("-tls-ca-cert", file.path, wants: .certificate)
            }
            return anchors
        }
    }
}
#endif
