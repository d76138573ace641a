#if TLS
import COpenSSL
import ProbeCore

/// Our own certificate, for servers that ask for one.
extension TLSContext {
    static func use(
        _ certificate: ClientCertificate, in handle: borrowing ContextHandle
    ) throws(UsageError) {
        let kinds = (CredentialFile(certificate.chain.bytes), CredentialFile(certificate.key.bytes))
        if case (.privateKey, .certificate) = kinds {
            throw UsageError(
                "-tls-client-cert: \(quoted(certificate.chain.path)) holds a private key, and"
                    + " -tls-client-key: \(quoted(certificate.key.path)) a certificate",
                hint: "the two files are swapped")
        }
        try use(chain: certificate.chain, in: handle)
        try use(key: certificate.key, of: certificate.chain, in: handle)
    }

    /// The first certificate is ours; the others, if there are any, lead to its authority.
    private static func use(
        chain file: NamedFile, in handle: borrowing ContextHandle
    ) throws(UsageError) {
        let bundle = CertificateBundle(pem: file.bytes)
        guard bundle.count > 0 else {
            throw CredentialFile(file.bytes)
                .complaint("-tls-client-cert", file.path, wants: .certificate)
        }
        for index in 0..<bundle.count {
            guard let der = bundle.certificate(at: index),
                let certificate = Certificate.make(der: der)
            else {
                throw UsageError(
                    "-tls-client-cert: certificate \(index + 1) in \(quoted(file.path)) is broken")
            }
            if index == 0, let key = certificate.unusableKey {
                throw UsageError(
                    "-tls-client-cert: the certificate in \(quoted(file.path)) has a key that TLS"
                        + " 1.3 cannot use (\(key))",
                    hint: "keys for RSA, Ed25519 and the curves P-256, P-384 and P-521 can be used")
            }
            let isTaken =
                index == 0
                ? unsafe SSL_CTX_use_certificate(handle.pointer, certificate.pointer)
                : unsafe copenssl_add_chain_certificate(handle.pointer, certificate.pointer)
            guard isTaken == 1 else {
                throw UsageError(
                    "-tls-client-cert: \(quoted(file.path)) cannot be used: \(takeErrorText())")
            }
        }
    }

    private static func use(
        key file: NamedFile, of chain: NamedFile, in handle: borrowing ContextHandle
    ) throws(UsageError) {
        guard let buffer = MemoryBuffer.make(file.bytes) else {
            throw UsageError("-tls-client-key: out of memory")
        }
        var isEncrypted: Int32 = 0
        guard let key = unsafe copenssl_read_key(buffer.pointer, &isEncrypted) else {
            ERR_clear_error()
            if isEncrypted != 0 {
                throw UsageError(
                    "-tls-client-key: the key in \(quoted(file.path)) is encrypted",
                    hint: "openssl pkey -in FILE -out FILE writes it without encryption")
            }
            throw CredentialFile(file.bytes)
                .complaint("-tls-client-key", file.path, wants: .privateKey)
        }
        defer { unsafe EVP_PKEY_free(key) }
        // It also compares the key with the certificate.
        guard unsafe SSL_CTX_use_PrivateKey(handle.pointer, key) == 1,
            unsafe SSL_CTX_check_private_key(handle.pointer) == 1
        else {
            ERR_clear_error()
            throw UsageError(
                "-tls-client-key: the key in \(quoted(file.path)) does not belong to the"
                    + " certificate in \(quoted(chain.path))")
        }
    }
}

extension Certificate {
    /// What its key is, if TLS 1.3 has no signatures of such keys (RFC 8446 section 4.2.3): a
    /// server that asks for a certificate would silently get none.
    var unusableKey: String? {
        guard let key = unsafe X509_get0_pubkey(pointer) else { return "of an unknown kind" }
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
