#if TLS
import COpenSSL
import ProbeCore

extension TLSSession {
    /// Why the call that has just failed did so.
    func takeFailure() -> TLSFailure {
        if let flaw { return .certificate(flaw) }
        let error = ERR_peek_error()
        guard copenssl_is_ssl_error(error) == 1 else { return .violation(takeErrorText()) }
        let reason = copenssl_reason(error)
        if reason > COPENSSL_ALERT_REASONS {
            ERR_clear_error()
            return failure(of: TLSAlert(UInt8(truncatingIfNeeded: reason - COPENSSL_ALERT_REASONS)))
        }
        switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_WRONG_VERSION_NUMBER:
            ERR_clear_error()
            return .noCommonVersion
        default: return .violation(takeErrorText())
        }
    }

    /// What the server means by an alert. TLS 1.2 has no words for a missing certificate, and
    /// libraries chose different ones for it.
    private func failure(of alert: TLSAlert) -> TLSFailure {
        switch alert {
        case .certificateRequired: return .clientCertificateRequired
        case .protocolVersion: return .noCommonVersion
        default: break
        }
        guard isAskedForCertificate else { return .alert(alert) }
        if context.hasClientCertificate {
            return alert.isAboutCertificate ? .clientCertificateRejected(alert) : .alert(alert)
        }
        let isAboutNone = alert == .handshakeFailure || alert == .badCertificate
        return isAboutNone ? .clientCertificateRequired : .alert(alert)
    }
}
#endif
