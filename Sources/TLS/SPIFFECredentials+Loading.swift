#if TLS
import GRPC

/// Our own certificate and key from a SPIFFE agent.
extension SPIFFECredentials {
    /// Loads them.
    ///
    /// - Throws: why they are of no use.
    func load(into handle: borrowing ContextHandle) throws(SVIDError) {
        do throws(ClientCredentialsError) {
            try ClientCredentials.load(chain: chain, into: handle)
        } catch {
            throw Self.complaint(error)
        }
        guard let key = KeyHandle.make(der: privateKey.der) else {
            throw .unusable(.privateKey, OpenSSLError.takeText())
        }
        do throws(ClientCredentialsError) {
            try ClientCredentials.load(key, into: handle)
        } catch {
            throw Self.complaint(error)
        }
    }

    private static func complaint(_ error: ClientCredentialsError) -> SVIDError {
        switch error {
        case .brokenCertificate(_, let text), .refused(let text): .unusable(.chain, text)
        case .unusableKey(let kind): .unusable(.chain, "TLS 1.3 cannot use its key (\(kind))")
        case .keyMismatch: .keyMismatch
        }
    }
}
#endif
