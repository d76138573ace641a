#if TLS
import COpenSSL
import COpenSSLAlgorithms
package import ProbeCore

/// What the TLS connections of a run have in common: whom they trust and what they offer.
package final class TLSContext {
    let handle: ContextHandle
    /// Nil where nothing is verified.
    let anchors: TrustAnchors?
    let hasClientCertificate: Bool
    let requiresALPN: Bool
    /// Who the servers have to be, where SPIFFE says that and not a host name.
    let identities: IdentityCheck?

    init(
        owning handle: consuming ContextHandle, _ anchors: TrustAnchors?,
        hasClientCertificate: Bool, requiresALPN: Bool, identities: IdentityCheck? = nil
    ) {
        self.handle = handle
        self.anchors = anchors
        self.hasClientCertificate = hasClientCertificate
        self.requiresALPN = requiresALPN
        self.identities = identities
    }

    /// A context that does what `plan` says.
    ///
    /// - Throws: what is wrong with the files that the plan was made from.
    package static func make(
        _ plan: TLSPlan, files: FileAccess
    ) throws(UsageError) -> TLSContext {
        guard let handle = newHandle() else {
            throw UsageError("-tls: OpenSSL lacks what HTTP/2 needs: \(takeErrorText())")
        }
        if let certificate = plan.clientCertificate { try use(certificate, in: handle) }
        let anchors = try anchors(plan.trust, files)
        if anchors != nil { verifyName(with: handle) }
        ERR_clear_error()
        return TLSContext(
            owning: handle, anchors, hasClientCertificate: plan.clientCertificate != nil,
            requiresALPN: plan.requiresALPN)
    }

    /// What all connections have in common; nil where OpenSSL cannot do that.
    static func newHandle() -> ContextHandle? {
        guard copenssl_initialize() == 1 else { return nil }
        copenssl_select_algorithms()
        guard let pointer = unsafe SSL_CTX_new(TLS_client_method()) else { return nil }
        let handle = unsafe ContextHandle(owning: pointer)
        guard offer(with: handle) else { return nil }
        return handle
    }

    /// TLS 1.2 and 1.3 with what RFC 9113 section 9.2 leaves of them, and `h2`.
    private static func offer(with handle: borrowing ContextHandle) -> Bool {
        let context = unsafe handle.pointer
        unsafe copenssl_set_client_options(context)
        // Level 1 is what Go and BoringSSL accept: RSA from 1,024 bits on, no SHA-1. Debian's
        // default refuses RSA keys below 2,048 bits, which private authorities still have.
        unsafe SSL_CTX_set_security_level(context, 1)
        let protocols: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]
        // The last of these returns 0 for success.
        return unsafe copenssl_set_min_version(context, TLS1_2_VERSION) == 1
            && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
            && copenssl_set_groups(context) == 1
            && SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0
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

/// OpenSSL's name and version, as it says itself.
package var openSSLVersion: String? { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }

/// Whether this program was built with TLS.
package let hasTLS = true

/// OpenSSL's words for what has gone wrong since it was last asked, and forgets it.
func takeErrorText() -> String { errorText(takeError()) }

/// The oldest of the errors that OpenSSL keeps, but rather one of TLS than the cipher's or the
/// encoding's that led to it; forgets all of them. 0 where there is none.
func takeError() -> UInt {
    var first: UInt = 0
    while true {
        let error = ERR_get_error()
        guard error != 0 else { return first }
        if copenssl_is_ssl_error(error) == 1 {
            ERR_clear_error()
            return error
        }
        if first == 0 { first = error }
    }
}

func errorText(_ error: UInt) -> String {
    guard error != 0, let text = unsafe copenssl_reason_text(error) else { return "unknown error" }
    return unsafe String(cString: text)
}
#endif
