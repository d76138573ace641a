#if TLS
import COpenSSL

/// Reads PEM (RFC 7468). What is encrypted is not asked a password for, because nobody is there to
/// answer.
enum PEM {
    /// Why there is no private key.
    enum KeyError: Error {
        case outOfMemory
        case encrypted
        /// There is none that can be read.
        case none
    }

    /// All certificates, those with OpenSSL's rules of trust among them.
    static func certificates(in bytes: [UInt8]) -> [Certificate] {
        guard let buffer = MemoryBuffer.make(bytes) else { return [] }
        var all: [Certificate] = []
        while let pointer = unsafe PEM_read_bio_X509_AUX(buffer.pointer, nil, noPassword, nil) {
            unsafe all.append(Certificate(owning: pointer))
        }
        OpenSSLError.forgetAll()
        return all
    }

    /// The first private key.
    static func privateKey(in bytes: [UInt8]) throws(KeyError) -> KeyHandle {
        guard let buffer = MemoryBuffer.make(bytes) else { throw .outOfMemory }
        var isEncrypted = false
        if let key = unsafe PEM_read_bio_PrivateKey(buffer.pointer, nil, noPassword, &isEncrypted) {
            return unsafe KeyHandle(owning: key)
        }
        // The old form names its cipher (RFC 1421 section 4.6.1.3), which is looked for before a
        // password is, and OpenSSL was told to know no names.
        let error = ERR_peek_last_error()
        let isUnknownCipher =
            ERR_GET_LIB(error) == ERR_LIB_PEM
            && ERR_GET_REASON(error) == PEM_R_UNSUPPORTED_ENCRYPTION
        OpenSSLError.forgetAll()
        throw isEncrypted || isUnknownCipher ? .encrypted : .none
    }
}

/// Answers OpenSSL's question for a password: there is none. Notes behind `isAsked`, a `Bool`, that
/// it was asked.
private func noPassword(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, isAsked: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe isAsked?.assumingMemoryBound(to: Bool.self).pointee = true
    return -1
}
#endif
