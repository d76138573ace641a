#if TLS
import COpenSSL
import ProbeCore

/// Our own certificate, for servers that ask for one.
extension TLSContext {
    static func use(
        _ certificate: ClientCertificate, in handle: borrowing ContextHandle
    ) throws(UsageError) {
        try use(chain: certificate.chain, in: handle)
        try use(key: certificate.key, of: certificate.chain, in: handle)
    }

    /// The first certificate is ours; the others, if there are any, lead to its authority.
    private static func use(
        chain file: NamedFile, in handle: borrowing ContextHandle
    ) throws(UsageError) {
        let bundle = CertificateBundle(pem: file.bytes)
        guard bundle.count > 0 else {
            throw UsageError("-tls-client-cert: \(quoted(file.path)) has no certificate in PEM")
        }
        for index in 0..<bundle.count {
            guard let der = bundle.certificate(at: index),
                let certificate = CertificateHandle.make(der: der)
            else {
                throw UsageError(
                    "-tls-client-cert: certificate \(index + 1) in \(quoted(file.path)) is broken")
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
            throw UsageError("-tls-client-key: \(quoted(file.path)) has no private key in PEM")
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
#endif
