#if TLS
import COpenSSL
import Outcome
import Plan

extension CertificateFlaw {
    /// What a verification has found.
    ///
    /// - Parameter wanted: the name that was asked for; nil where none was.
    init(_ finding: VerificationFinding, wanted: ServerName?) {
        guard let certificate = finding.certificate else {
            self = .unacceptable(finding.text)
            return
        }
        let issuer: String? = finding.depth == 0 ? nil : certificate.subject.text
        switch (finding.error, issuer) {
        case (X509_V_ERR_HOSTNAME_MISMATCH, _), (X509_V_ERR_IP_ADDRESS_MISMATCH, _):
            self = .wrongName(
                wanted: wanted?.description ?? "", names: finding.leaf?.hostNamesAndAddresses ?? [])
        case (X509_V_ERR_CERT_HAS_EXPIRED, _):
            self = .expired(certificate.notAfter, issuer: issuer)
        case (X509_V_ERR_CERT_NOT_YET_VALID, _):
            self = .notYetValid(certificate.notBefore, issuer: issuer)
        case (X509_V_ERR_CERT_SIGNATURE_FAILURE, _):
            self = .badSignature(
                of: issuer, issuer: certificate.issuer.text,
                isTrusted: finding.depth + 2 >= finding.chainCount)
        case (X509_V_ERR_INVALID_PURPOSE, _) where certificate.excludesServers:
            self = .wrongPurpose(issuer: issuer)
        case (X509_V_ERR_INVALID_PURPOSE, _) where !certificate.hasKeyForTLS:
            self = .wrongKeyUsage(issuer: issuer)
        case (X509_V_ERR_INVALID_CA, let issuer?):
            self =
                certificate.maySignCertificates
                ? .notAuthority(issuer: issuer) : .mayNotSign(issuer: issuer)
        case (X509_V_ERR_KEYUSAGE_NO_CERTSIGN, let issuer?): self = .mayNotSign(issuer: issuer)
        default: self = .unacceptable(finding.text)
        }
    }
}
#endif
