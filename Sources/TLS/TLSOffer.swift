#if TLS
import COpenSSL

/// What all connections offer and accept: TLS 1.2 and 1.3 with what RFC 9113 section 9.2 leaves of
/// them, and `h2`.
enum TLSOffer {
    /// Level 1 is what Go and BoringSSL accept: RSA from 1,024 bits on, no SHA-1. Debian's default
    /// refuses RSA keys below 2,048 bits, which private authorities still have.
    static let securityLevel: Int32 = 1

    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"

    /// ALPN (RFC 7301 section 3.1).
    private static let protocols: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]

    /// The key exchanges (RFC 8446 section 4.2.7). The finite fields of RFC 7919 are not among
    /// them: a server that chose the largest cost a tenth of a second in one stretch. A key share
    /// goes along for the first one only, so that the one that is safe from quantum computers, and
    /// that only newer OpenSSL has, does not make every hello 1.2 KB longer.
    private static let groups = "X25519:X25519MLKEM768:P-256:P-384:P-521"
    private static let groupsOfOld = "X25519:P-256:P-384:P-521"

    /// A context for clients; nil where OpenSSL cannot do what is offered.
    static func makeContext() -> ContextHandle? {
        guard initializeOpenSSL(), let pointer = unsafe SSL_CTX_new(TLS_client_method()) else {
            return nil
        }
        let handle = unsafe ContextHandle(owning: pointer)
        setOptions(of: handle)
        unsafe SSL_CTX_set_security_level(pointer, securityLevel)
        // The last of these returns 0 for success.
        guard unsafe copenssl_set_min_version(pointer, TLS1_2_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(pointer, ciphers) == 1,
            unsafe copenssl_set_groups(pointer, groups) == 1
                || copenssl_set_groups(pointer, groupsOfOld) == 1,
            unsafe SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(protocols.count)) == 0
        else { return nil }
        return handle
    }

    private static func setOptions(of handle: borrowing ContextHandle) {
        let context = unsafe handle.pointer
        // A server's chain of a few kilobytes is not worth what unpacks it (RFC 8879).
        unsafe SSL_CTX_set_options(
            context,
            COPENSSL_OP_NO_RENEGOTIATION | COPENSSL_OP_NO_COMPRESSION | COPENSSL_OP_NO_TICKET
                | COPENSSL_OP_NO_CERTIFICATE_COMPRESSION)
        unsafe copenssl_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        // Of our own certificate's chain exactly what the user gave is sent.
        unsafe copenssl_set_mode(context, Int(SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS))
    }
}
#endif
