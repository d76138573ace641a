#if TLS
import COpenSSL
package import ProbeCore

/// The client's end of one TLS connection: ciphertext in, ciphertext out, plaintext on the other
/// side. It touches no socket.
package final class TLSSession {
    let context: TLSContext
    private let ssl: SSLHandle
    let name: ServerName
    /// What is wrong with the server's certificate, if anything.
    var flaw: CertificateFlaw?
    /// Whether the handshake is done.
    private(set) var isEstablished = false
    /// Whether the server has asked for a certificate of ours.
    var isAskedForCertificate = false
    /// The SPIFFE ID in the server's certificate, checked or about to be.
    var peerID: SPIFFEID?

    /// A session for a connection to the server of this name; nil when there is no memory, or
    /// for a name that TLS cannot carry.
    package static func make(_ context: TLSContext, to name: ServerName) -> TLSSession? {
        guard let ssl = SSLHandle.make(context.handle) else { return nil }
        let session = TLSSession(context, owning: ssl, name)
        return session.setUp() ? session : nil
    }

    private init(_ context: TLSContext, owning ssl: consuming SSLHandle, _ name: ServerName) {
        self.context = context
        self.ssl = ssl
        self.name = name
    }

    private func setUp() -> Bool {
        // Not retained: the callbacks run only inside calls of this session's methods.
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard unsafe SSL_set_ex_data(ssl.pointer, 0, user) == 1 else { return false }
        unsafe SSL_set_cert_cb(
            ssl.pointer,
            { _, user in
                unsafe TLSSession.from(user)?.isAskedForCertificate = true
                return 1
            }, user)
        let parameters = unsafe SSL_get0_param(ssl.pointer)
        switch name {
        case .host(let host) where context.identities != nil:
            return unsafe copenssl_set_server_name(ssl.pointer, host) == 1
        case .address where context.identities != nil: return true
        case .host(let host):
            // To OpenSSL a dot in front means any host of a domain, and no name any host at all.
            guard let first = host.utf8.first, first != UInt8(ascii: ".") else { return false }
            // As in Go: a wildcard is a whole label, and the subject's common name is no name.
            unsafe X509_VERIFY_PARAM_set_hostflags(
                parameters,
                UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            return unsafe X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1
                && copenssl_set_server_name(ssl.pointer, host) == 1
        case .address(let address):
            // No SNI: it is for names only (RFC 6066 section 3).
            let octets = address.octets
            return unsafe X509_VERIFY_PARAM_set1_ip(parameters, octets, octets.count) == 1
        }
    }

    /// The session behind a callback's user data.
    fileprivate static func from(_ user: UnsafeMutableRawPointer?) -> TLSSession? {
        guard let user = unsafe user else { return nil }
        return unsafe Unmanaged<TLSSession>.fromOpaque(user).takeUnretainedValue()
    }

    /// The session that verifies its server's certificate.
    static func verifying(_ verification: OpaquePointer?) -> TLSSession? {
        guard let ssl = unsafe copenssl_ssl_of(verification) else { return nil }
        return unsafe from(SSL_get_ex_data(ssl, 0))
    }

    func note(flawIn verification: OpaquePointer?) {
        unsafe note(CertificateFlaw(verification, wanted: name.description))
    }

    /// Keeps what is wrong with the first chain: the best ones are tried first.
    func note(_ found: CertificateFlaw) {
        if flaw == nil { flaw = peerID.map { found.inTerms(of: $0) } ?? found }
    }

    // MARK: - Bytes

    /// Takes bytes of the peer.
    package func receive(_ ciphertext: Span<UInt8>) {
        unsafe ciphertext.withUnsafeBufferPointer { bytes in
            _ = unsafe BIO_write(ssl.incoming, bytes.baseAddress, Int32(bytes.count))
        }
    }

    /// Whether there are bytes of the peer that no read has looked at.
    package var hasUnreadInput: Bool {
        unsafe BIO_ctrl_pending(ssl.incoming) > 0 || SSL_has_pending(ssl.pointer) == 1
    }

    /// Moves what there is for the peer to the end of `output`.
    package func takeOutput(into output: inout [UInt8]) {
        var start: UnsafePointer<UInt8>?
        let count = unsafe copenssl_bio_bytes(ssl.outgoing, &start)
        guard count > 0 else { return }
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        unsafe copenssl_bio_clear(ssl.outgoing)
    }

    /// Goes on with the handshake as far as the peer's bytes allow.
    package func shakeHands() -> TLSHandshake {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl.pointer)
        guard result == 1 else {
            let isWaiting = unsafe SSL_get_error(ssl.pointer, result) == SSL_ERROR_WANT_READ
            return isWaiting ? .wait : .failed(takeFailure())
        }
        isEstablished = true
        let summary = summary()
        if context.requiresALPN, summary.alpn == nil { return .failed(.noALPN) }
        return .done(summary)
    }

    /// Decrypts at most `Limits.readSize` bytes and hands them to `consume`.
    package func read(_ consume: (Span<UInt8>) -> Void) -> TLSProgress {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Limits.readSize) { buffer in
            ERR_clear_error()
            let count = unsafe SSL_read(ssl.pointer, buffer.baseAddress, Int32(buffer.count))
            guard count > 0 else {
                switch unsafe SSL_get_error(ssl.pointer, count) {
                case SSL_ERROR_WANT_READ: return .wait
                case SSL_ERROR_ZERO_RETURN: return .end
                default: return .failed(takeFailure())
                }
            }
            let bytes = unsafe UnsafeBufferPointer(rebasing: buffer[..<Int(count)])
            unsafe consume(bytes.span)
            return .moved
        }
    }

    /// Encrypts all of `plaintext`; false when the connection cannot take it any more.
    ///
    /// - Precondition: the handshake is done.
    package func write(_ plaintext: [UInt8]) -> Bool {
        guard !plaintext.isEmpty else { return true }
        ERR_clear_error()
        return unsafe plaintext.withUnsafeBufferPointer {
            unsafe SSL_write(ssl.pointer, $0.baseAddress, Int32($0.count)) == Int32($0.count)
        }
    }

    /// Says that nothing more will be written: close_notify (RFC 8446 section 6.1).
    package func finishWriting() {
        ERR_clear_error()
        // It fails where there has never been a connection, and then there is nothing to end.
        _ = unsafe SSL_shutdown(ssl.pointer)
    }

    // MARK: - What has been agreed on

    private var clientCertificate: ClientCertificateUse {
        guard isAskedForCertificate else { return .notWanted }
        return context.hasClientCertificate ? .sent : .missing
    }

    private func summary() -> TLSSummary {
        let certificate = unsafe SSL_get0_peer_certificate(ssl.pointer)
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl.pointer, &start, &count)
        let alpn = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        let suite = unsafe SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl.pointer))
        return unsafe TLSSummary(
            version: String(cString: SSL_get_version(ssl.pointer)),
            cipher: suite.map { unsafe String(cString: $0) } ?? "",
            alpn: alpn.isEmpty ? nil : String(decoding: alpn, as: UTF8.self),
            clientCertificate: clientCertificate,
            peerSubject: nameText(X509_get_subject_name(certificate)), peerID: peerID,
            notAfter: seconds(X509_get0_notAfter(certificate)))
    }
}
#endif
