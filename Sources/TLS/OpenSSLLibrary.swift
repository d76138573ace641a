#if TLS
import COpenSSL
import COpenSSLAlgorithms

/// OpenSSL's name and version, as it says itself.
package var openSSLVersion: String? { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }

/// Whether this program was built with TLS.
package let hasTLS = true

/// Makes OpenSSL ready, before anything else is asked of it; false where it cannot be.
///
/// Nothing is read, loaded or registered that a client does not need: no configuration file, no
/// error strings, no work at exit, no names of ciphers from before there were providers. libssl
/// would have those names, but what libcrypto is told first holds.
func initializeOpenSSL() -> Bool {
    var settings =
        OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS
    // Newer ones that were told so never load them, not even when they are asked to.
    if OPENSSL_version_major() == 3, OPENSSL_version_minor() == 0 {
        settings |= OPENSSL_INIT_NO_LOAD_SSL_STRINGS
    }
    let withoutNames = settings | OPENSSL_INIT_NO_ADD_ALL_CIPHERS
    guard OPENSSL_init_crypto(UInt64(withoutNames), nil) == 1,
        OPENSSL_init_ssl(UInt64(settings), nil) == 1
    else { return false }
    copenssl_select_algorithms()
    return true
}
#endif
