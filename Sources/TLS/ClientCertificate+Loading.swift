#if TLS
import Basics
import Outcome
import Plan

/// Our own certificate and key from the files that the command line names.
extension ClientCertificate {
    /// Loads them.
    ///
    /// - Throws: what is wrong with the files.
    func load(into handle: borrowing ContextHandle) throws(UsageError) {
        if case (.privateKey, .certificate) = (
            CredentialFile(chain.bytes), CredentialFile(key.bytes)
        ) {
            throw UsageError(
                "-tls-client-cert: \(quoted(chain.path)) holds a private key, and"
                    + " -tls-client-key: \(quoted(key.path)) a certificate",
                hint: "the two files are swapped")
        }
        let bundle = CertificateBundle(pem: chain.bytes)
        guard bundle.count > 0 else {
            throw CredentialFile(chain.bytes)
                .complaint("-tls-client-cert", chain.path, wants: .certificate)
        }
        do throws(ClientCredentialsError) {
            try ClientCredentials.load(
                chain: (0..<bundle.count).map { bundle.certificate(at: $0) ?? [] }, into: handle)
        } catch {
            throw complaint(error)
        }
        let privateKey = try readKey()
        do throws(ClientCredentialsError) {
            try ClientCredentials.load(privateKey, into: handle)
        } catch {
            throw complaint(error)
        }
    }

    private func readKey() throws(UsageError) -> KeyHandle {
        do throws(PEM.KeyError) {
            return try PEM.privateKey(in: key.bytes)
        } catch {
            switch error {
            case .outOfMemory: throw UsageError("-tls-client-key: out of memory")
            case .encrypted:
                throw UsageError(
                    "-tls-client-key: the key in \(quoted(key.path)) is encrypted",
                    hint: "openssl pkey -in FILE -out FILE writes it without encryption")
            case .none:
                throw CredentialFile(key.bytes)
                    .complaint("-tls-client-key", key.path, wants: .privateKey)
            }
        }
    }

    private func complaint(_ error: ClientCredentialsError) -> UsageError {
        let file = quoted(chain.path)
        switch error {
        case .brokenCertificate(let index, _):
            return UsageError("-tls-client-cert: certificate \(index + 1) in \(file) is broken")
        case .unusableKey(let kind):
            return UsageError(
                "-tls-client-cert: the certificate in \(file) has a key that TLS 1.3 cannot use"
                    + " (\(kind))",
                hint: "keys for RSA, Ed25519 and the curves P-256, P-384 and P-521 can be used")
        case .refused(let text):
            return UsageError("-tls-client-cert: \(file) cannot be used: \(text)")
        case .keyMismatch:
            return UsageError(
                "-tls-client-key: the key in \(quoted(key.path)) does not belong to the"
                    + " certificate in \(file)")
        }
    }
}
#endif
