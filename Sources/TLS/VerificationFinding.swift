#if TLS
import COpenSSL

/// Something that OpenSSL finds wrong while it verifies a chain (X509_STORE_CTX_get_error(3)).
struct VerificationFinding {
    /// What (`X509_V_ERR_...`).
    let error: Int32
    /// How far from the server's certificate, which is 0.
    let depth: Int
    /// The certificate that it is about; nil where OpenSSL does not say.
    let certificate: Certificate?
    /// The server's.
    let leaf: Certificate?
    /// How many certificates the chain has. The last of them is the trusted one.
    let chainCount: Int

    /// What was found last in this verification (`X509_STORE_CTX`).
    init(_ verification: OpaquePointer) {
        error = unsafe X509_STORE_CTX_get_error(verification)
        depth = Int(unsafe X509_STORE_CTX_get_error_depth(verification))
        certificate = unsafe .share(X509_STORE_CTX_get_current_cert(verification))
        leaf = unsafe .share(X509_STORE_CTX_get0_cert(verification))
        chainCount = Int(unsafe copenssl_count(X509_STORE_CTX_get0_chain(verification)))
    }

    /// OpenSSL's words.
    var text: String { unsafe String(cString: X509_verify_cert_error_string(Int(error))) }
}
#endif
