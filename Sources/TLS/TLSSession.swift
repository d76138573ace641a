#if TLS
import Basics
import COpenSSL
import Outcome
package import Plan

/// The client's end of one TLS connection: ciphertext in, ciphertext out, plaintext on the other
/// side. It touches no socket.
package final class TLSSession {
    private let context: TLSContext
    private let ssl: SSLHandle
    private let name: ServerName
    /// Nil where nothing is verified.
    private let verification: ServerVerification?
    /// Whether the handshake is done.
    private var isEstablished = false
    /// Whether the server has asked for a certificate of ours.
    private var isAskedForCertificate = false

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
        verification = context.policy.map { ServerVerification($0, of: name) }
    }

    private func setUp() -> Bool {
        if let verification, !verification.attach(to: ssl) { return false }
        // Not retained: the callback runs only inside calls of this session's methods.
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe SSL_set_cert_cb(
            ssl.pointer,
            { _, user in
                guard let user = unsafe user else { return 0 }
                let session = unsafe Unmanaged<TLSSession>.fromOpaque(user).takeUnretainedValue()
                session.isAskedForCertificate = true
                return 1
            }, user)
        // SPIFFE tells the server its name, and does not ask it for that.
        if case .identity = context.policy {} else if !name.isVerifiable { return false }
        // An address is not told: SNI is for names only (RFC 6066 section 3).
        guard case .host(let host) = name else { return true }
        return unsafe copenssl_set_server_name(ssl.pointer, host) == 1
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
        OpenSSLError.forgetAll()
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
            OpenSSLError.forgetAll()
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
        OpenSSLError.forgetAll()
        return unsafe plaintext.withUnsafeBufferPointer {
            unsafe SSL_write(ssl.pointer, $0.baseAddress, Int32($0.count)) == Int32($0.count)
        }
    }

    /// Says that nothing more will be written: close_notify (RFC 8446 section 6.1).
    package func finishWriting() {
        OpenSSLError.forgetAll()
        // It fails where there has never been a connection, and then there is nothing to end.
        _ = unsafe SSL_shutdown(ssl.pointer)
    }

    // MARK: - What it came to

    /// Why the call that has just failed did so.
    private func takeFailure() -> TLSFailure {
        if let flaw = verification?.flaw { return .certificate(flaw) }
        return TLSFailure(
            .take(), isEstablished: isEstablished, clientCertificate: clientCertificate)
    }

    private var clientCertificate: ClientCertificateUse {
        guard isAskedForCertificate else { return .notWanted }
        return context.hasClientCertificate ? .sent : .missing
    }

    private func summary() -> TLSSummary {
        let certificate = unsafe Certificate.share(SSL_get0_peer_certificate(ssl.pointer))
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
            peerSubject: certificate?.subject.text ?? "", peerID: verification?.peerID,
            notAfter: certificate?.notAfter ?? 0)
    }
}
#endif
