#if TLS
import COpenSSL
import ProbeCore

extension TLSSession {
    /// Why the call that has just failed did so.
    func takeFailure() -> TLSFailure {
        if let flaw { return .certificate(flaw) }
        let error = takeError()
        guard copenssl_is_ssl_error(error) == 1 else { return violation(errorText(error)) }
        let reason = copenssl_reason(error)
        if reason > COPENSSL_ALERT_REASONS {
            return failure(of: TLSAlert(UInt8(truncatingIfNeeded: reason - COPENSSL_ALERT_REASONS)))
        }
        switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL where !isEstablished,
            SSL_R_WRONG_SSL_VERSION where !isEstablished,
            SSL_R_WRONG_VERSION_NUMBER where !isEstablished:
            return .noCommonVersion
        default: return violation(errorText(error))
        }
    }

    private func violation(_ text: String) -> TLSFailure {
        isEstablished ? .laterViolation(text) : .violation(text)
    }

    /// What the server means by an alert. TLS 1.2 has no words for a missing certificate, and
    /// libraries chose different ones for it.
    private func failure(of alert: TLSAlert) -> TLSFailure {
        switch alert {
        case .certificateRequired: return .clientCertificateRequired
        case .protocolVersion where !isEstablished: return .noCommonVersion
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
