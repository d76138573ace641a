#if TLS
import COpenSSL
import Outcome

extension TLSFailure {
    /// Why a call has failed.
    ///
    /// - Parameters:
    ///   - isEstablished: whether the handshake was done before.
    ///   - clientCertificate: what became of the server's wish for one of ours.
    init(
        _ error: OpenSSLError, isEstablished: Bool, clientCertificate: ClientCertificateUse
    ) {
        let violation: TLSFailure =
            isEstablished ? .laterViolation(error.text) : .violation(error.text)
        guard error.isOfTLS else {
            self = violation
            return
        }
        // Alerts of the peer are reasons of libssl's from here on (ssl.h).
        if error.reason > SSL_AD_REASON_OFFSET {
            let alert = TLSAlert(UInt8(truncatingIfNeeded: error.reason - SSL_AD_REASON_OFFSET))
            self.init(alert, isEstablished: isEstablished, clientCertificate: clientCertificate)
            return
        }
        switch error.reason {
        case SSL_R_UNSUPPORTED_PROTOCOL where !isEstablished,
            SSL_R_WRONG_SSL_VERSION where !isEstablished,
            SSL_R_WRONG_VERSION_NUMBER where !isEstablished:
            self = .noCommonVersion
        default: self = violation
        }
    }

    /// What the server means by an alert. TLS 1.2 has no words for a missing certificate, and
    /// libraries chose different ones for it.
    private init(
        _ alert: TLSAlert, isEstablished: Bool, clientCertificate: ClientCertificateUse
    ) {
        switch (alert, clientCertificate) {
        case (.certificateRequired, _): self = .clientCertificateRequired
        case (.protocolVersion, _) where !isEstablished: self = .noCommonVersion
        case (_, .sent) where alert.isAboutCertificate: self = .clientCertificateRejected(alert)
        case (.handshakeFailure, .missing), (.badCertificate, .missing):
            self = .clientCertificateRequired
        default: self = .alert(alert)
        }
    }
}
#endif
