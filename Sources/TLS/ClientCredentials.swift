#if TLS
import Basics
import COpenSSL

/// Why what should prove who we are is of no use.
enum ClientCredentialsError: Error {
    /// What stands at this place of the chain is no certificate; OpenSSL's words.
    case brokenCertificate(Int, String)
    /// TLS 1.3 has no signatures of keys like the certificate's; what it is.
    case unusableKey(String)
    /// OpenSSL's words.
    case refused(String)
    /// The key is not the certificate's.
    case keyMismatch
}

/// Loads what proves who we are to servers that ask, wherever it came from.
enum ClientCredentials {
    /// Loads a chain: the first certificate is ours; the others, if there are any, lead to its
    /// authority.
    ///
    /// - Parameter chain: certificates in DER.
    static func load(
        chain: [[UInt8]], into handle: borrowing ContextHandle
    ) throws(ClientCredentialsError) {
        for (index, der) in chain.enumerated() {
            guard let certificate = Certificate.make(der: der) else {
                throw .brokenCertificate(index, OpenSSLError.takeText())
            }
            if index == 0, let key = unusableKey(of: certificate) { throw .unusableKey(key) }
            let isTaken =
                index == 0
                ? unsafe SSL_CTX_use_certificate(handle.pointer, certificate.pointer)
                : unsafe copenssl_add_chain_certificate(handle.pointer, certificate.pointer)
            guard isTaken == 1 else { throw .refused(OpenSSLError.takeText()) }
        }
    }

    /// Loads the key of the certificate that has been loaded.
    static func load(
        _ key: borrowing KeyHandle, into handle: borrowing ContextHandle
    ) throws(ClientCredentialsError) {
        // The first of these also compares it with the certificate.
        guard unsafe SSL_CTX_use_PrivateKey(handle.pointer, key.pointer) == 1,
            unsafe SSL_CTX_check_private_key(handle.pointer) == 1
        else {
            OpenSSLError.forgetAll()
            throw .keyMismatch
        }
    }

    /// What a certificate's key is, if TLS 1.3 has no signatures of such keys (RFC 8446 section
    /// 4.2.3): a server that asks for a certificate would silently get none.
    private static func unusableKey(of certificate: Certificate) -> String? {
        guard let key = unsafe X509_get0_pubkey(certificate.pointer) else {
            return "of an unknown kind"
        }
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS, EVP_PKEY_ED25519, EVP_PKEY_ED448: return nil
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var size = 0
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &size) == 1 else {
                return "on a curve without a name"
            }
            let curve = String(decoding: name[..<size].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let usable = ["prime256v1", "secp384r1", "secp521r1"]
            return usable.contains { $0.utf8.spells(curve) } ? nil : "on the curve \(curve)"
        default:
            let kind = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) }
            return "for \(kind ?? "something else")"
        }
    }
}
#endif
