#if TLS
import COpenSSL
import ProbeCore

/// What OpenSSL asks us while it verifies a server's certificate (X509_STORE_set_get_issuer(3),
/// SSL_CTX_set_verify(3)).
extension TLSContext {
    static func verify(with handle: borrowing ContextHandle) {
        unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER) { isGood, context in
            if isGood != 1 { unsafe TLSSession.verifying(context)?.note(flawIn: context) }
            return isGood
        }
        // Any trusted certificate ends a chain, also one that has an issuer, as in Go.
        unsafe X509_VERIFY_PARAM_set_flags(
            SSL_CTX_get0_param(handle.pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        let store = unsafe SSL_CTX_get_cert_store(handle.pointer)
        unsafe X509_STORE_set_get_issuer(store) { issuer, context, certificate in
            guard let anchors = unsafe TLSSession.verifying(context)?.context.anchors else {
                return 0
            }
            // The system's hashed directories come first: most often they have said all.
            if anchors.isSystem, unsafe anchors.findIssuer(issuer, of: certificate, context) {
                return 1
            }
            let name = unsafe X509_get_issuer_name(certificate)
            let isOffered = unsafe copenssl_was_sent(context, name, certificate) == 1
            let isNew = unsafe anchors.load(name, isOffered: isOffered, context)
            guard isNew || !anchors.isSystem else { return 0 }
            return unsafe anchors.findIssuer(issuer, of: certificate, context) ? 1 : 0
        }
        // Asked whether a certificate is a trusted one itself.
        unsafe X509_STORE_set_lookup_certs(store) { context, name in
            _ = unsafe TLSSession.verifying(context)?.context.anchors?
                .load(name, isOffered: false, context)
            return unsafe X509_STORE_CTX_get1_certs(context, name)
        }
    }
}

extension TrustAnchors {
    /// Has OpenSSL search its store.
    fileprivate func findIssuer(
        _ issuer: UnsafeMutablePointer<OpaquePointer?>?, of certificate: OpaquePointer?,
        _ context: OpaquePointer?
    ) -> Bool {
        guard unsafe X509_STORE_CTX_get1_issuer(issuer, context, certificate) == 1 else {
            return false
        }
        unsafe copenssl_prefer_signer(context, certificate, issuer)
        return true
    }

    /// Adds the trusted certificates of this name to the store that `context` searches.
    fileprivate func load(
        _ name: OpaquePointer?, isOffered: Bool, _ context: OpaquePointer?
    ) -> Bool {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe X509_NAME_get0_der(name, &start, &count) == 1 else { return false }
        let encoding = unsafe Array(UnsafeBufferPointer(start: start, count: count))
        return unsafe load(
            encoding, isOffered: isOffered, into: X509_STORE_CTX_get0_store(context))
    }
}

extension CertificateFlaw {
    /// What the verification in `context` has just found.
    ///
    /// - Parameter wanted: the name that was asked for.
    init(_ context: OpaquePointer?, wanted: String) {
        let error = unsafe X509_STORE_CTX_get_error(context)
        let depth = unsafe X509_STORE_CTX_get_error_depth(context)
        let certificate = unsafe X509_STORE_CTX_get_current_cert(context)
        let subject = unsafe nameText(X509_get_subject_name(certificate))
        let owner: String? = depth == 0 ? nil : subject
        switch error {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            let leaf = unsafe X509_STORE_CTX_get0_cert(context)
            self = unsafe .wrongName(wanted: wanted, names: names(of: leaf))
        case X509_V_ERR_CERT_HAS_EXPIRED:
            self = unsafe .expired(seconds(X509_get0_notAfter(certificate)), issuer: owner)
        case X509_V_ERR_CERT_NOT_YET_VALID:
            self = unsafe .notYetValid(seconds(X509_get0_notBefore(certificate)), issuer: owner)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: self = .unknownIssuer(subject)
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            self = unsafe CertificateFlaw(noIssuerOf: certificate, depth: depth, context)
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            self = unsafe .badSignature(issuer: nameText(X509_get_issuer_name(certificate)))
        case X509_V_ERR_INVALID_PURPOSE where depth == 0: self = .wrongPurpose
        default:
            self = unsafe .unacceptable(String(cString: X509_verify_cert_error_string(Int(error))))
        }
    }

    private init(
        noIssuerOf certificate: OpaquePointer?, depth: Int32, _ context: OpaquePointer?
    ) {
        let name = unsafe X509_get_issuer_name(certificate)
        let issuer = unsafe nameText(name)
        if let namesakes = unsafe X509_STORE_CTX_get1_certs(context, name) {
            // Somebody of this name is trusted, but with another key.
            unsafe copenssl_free_certificates(namesakes)
            self = .badSignature(issuer: issuer)
        } else {
            self = depth == 0 ? .missingIssuer(issuer) : .unknownIssuer(issuer)
        }
    }
}
#endif
