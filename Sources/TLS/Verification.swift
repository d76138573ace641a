#if TLS
import COpenSSL
import ProbeCore

/// How a server's certificate is verified: chains are searched (`ChainSearch`), and OpenSSL judges
/// each (SSL_CTX_set_cert_verify_callback(3), SSL_CTX_set_verify(3)).
extension TLSContext {
    /// - Parameter accepts: whether the certificate in a verification will do.
    static func verify(
        with handle: borrowing ContextHandle,
        _ accepts:
            @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32
    ) {
        unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER) { isGood, verification in
            if isGood == 1 { return 1 }
            guard let session = unsafe TLSSession.verifying(verification) else { return 0 }
            if unsafe session.tolerates(verification) {
                unsafe X509_STORE_CTX_set_error(verification, X509_V_OK)
                return 1
            }
            unsafe session.note(flawIn: verification)
            return 0
        }
        // Any trusted certificate ends a chain, also one that has an issuer, as in Go.
        unsafe X509_VERIFY_PARAM_set_flags(
            SSL_CTX_get0_param(handle.pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        unsafe SSL_CTX_set_cert_verify_callback(handle.pointer, accepts, nil)
    }

    /// Verification by the trusted certificates and the server's name.
    static func verifyName(with handle: borrowing ContextHandle) {
        unsafe verify(with: handle) { verification, _ in
            guard let verification = unsafe verification,
                let session = unsafe TLSSession.verifying(verification),
                let anchors = session.context.anchors
            else { return 0 }
            return unsafe session.accepts(
                verification, places: anchors.placeCount, placesOfNone: { anchors.placesOfNone },
                trusted: { unsafe anchors.certificates(in: $0, named: $1) }) ? 1 : 0
        }
    }
}

extension TLSSession {
    /// Whether a chain leads from the server's certificate to one that is trusted; `flaw` says why
    /// not.
    func accepts(
        _ verification: OpaquePointer, places: Int, placesOfNone: () -> [String]? = { nil },
        trusted: @escaping (Int, OpaquePointer?) -> [Certificate]
    ) -> Bool {
        var isFirst = true
        let search = unsafe ChainSearch(verification, places: places, trusted: trusted) {
            defer { isFirst = false }
            // OpenSSL uses a verification but once.
            if isFirst { return unsafe self.judge($0, in: verification) }
            guard let another = unsafe copenssl_new_verification(verification) else {
                return .hopeless
            }
            defer { unsafe X509_STORE_CTX_free(another) }
            return unsafe self.judge($0, in: another)
        }
        guard var search else { return false }
        if search.succeeds() {
            flaw = nil
            // What was wrong with other chains is not to be taken for a failure of the handshake.
            ERR_clear_error()
            unsafe X509_STORE_CTX_set_error(verification, X509_V_OK)
            return true
        }
        if !search.hasTried {
            let found = placesOfNone().map { .nothingTrusted(places: $0) } ?? search.deadEnd()
            note(found)
            unsafe X509_STORE_CTX_set_error(verification, found.errorNumber)
        }
        return false
    }

    /// What OpenSSL says of this chain.
    private func judge(
        _ chain: [Certificate], in verification: OpaquePointer
    ) -> ChainSearch.Verdict {
        guard let between = CertificateStack.make(chain.dropFirst().dropLast()),
            let anchor = CertificateStack.make(chain.suffix(1))
        else { return .hopeless }
        if unsafe copenssl_verify(verification, between.pointer, anchor.pointer) == 1 {
            return .good
        }
        let error = unsafe X509_STORE_CTX_get_error(verification)
        let depth = unsafe X509_STORE_CTX_get_error_depth(verification)
        switch error {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: return .hopeless
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID,
            X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            return depth == 0 ? .hopeless : .bad
        default: return .bad
        }
    }
}
#endif
