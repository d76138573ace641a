#if TLS
import COpenSSL
import ProbeCore

extension CertificateFlaw {
    /// What a verification has just found.
    ///
    /// - Parameter wanted: the name that was asked for.
    init(_ verification: OpaquePointer?, wanted: String) {
        let error = unsafe X509_STORE_CTX_get_error(verification)
        let depth = unsafe X509_STORE_CTX_get_error_depth(verification)
        let certificate = unsafe X509_STORE_CTX_get_current_cert(verification)
        let subject = unsafe nameText(X509_get_subject_name(certificate))
        let owner: String? = depth == 0 ? nil : subject
        switch error {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            let leaf = unsafe X509_STORE_CTX_get0_cert(verification)
            self = unsafe .wrongName(wanted: wanted, names: names(of: leaf))
        case X509_V_ERR_CERT_HAS_EXPIRED:
            self = unsafe .expired(seconds(X509_get0_notAfter(certificate)), issuer: owner)
        case X509_V_ERR_CERT_NOT_YET_VALID:
            self = unsafe .notYetValid(seconds(X509_get0_notBefore(certificate)), issuer: owner)
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            // The last of the chain is the trusted one.
            let count = unsafe copenssl_count(X509_STORE_CTX_get0_chain(verification))
            self = unsafe .badSignature(
                of: owner, issuer: nameText(X509_get_issuer_name(certificate)),
                isTrusted: depth + 2 >= count)
        case X509_V_ERR_INVALID_PURPOSE: self = unsafe .init(purposeOf: certificate, owner)
        case X509_V_ERR_INVALID_CA where depth > 0:
            // All bits are set where the certificate does not say.
            let usage = unsafe X509_get_key_usage(certificate)
            let maySign = usage & UInt32(KU_KEY_CERT_SIGN) != 0
            self = maySign ? .notAuthority(issuer: subject) : .mayNotSign(issuer: subject)
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN where depth > 0: self = .mayNotSign(issuer: subject)
        default:
            self = unsafe .unacceptable(String(cString: X509_verify_cert_error_string(Int(error))))
        }
    }

    private init(purposeOf certificate: OpaquePointer?, _ owner: String?) {
        let flags = unsafe X509_get_extension_flags(certificate)
        let usage = unsafe X509_get_extended_key_usage(certificate)
        if flags & UInt32(EXFLAG_XKUSAGE) != 0,
            usage & UInt32(XKU_SSL_SERVER | XKU_SGC | XKU_ANYEKU) == 0
        {
            self = .wrongPurpose(issuer: owner)
        } else if unsafe !hasKeyForTLS(certificate) {
            self = .wrongKeyUsage(issuer: owner)
        } else {
            let error = Int(X509_V_ERR_INVALID_PURPOSE)
            self = unsafe .unacceptable(String(cString: X509_verify_cert_error_string(error)))
        }
    }

    /// OpenSSL's number for the end of a search, which decides on the alert that the server gets.
    var errorNumber: Int32 {
        if case .malformed = self { return X509_V_ERR_CERT_REJECTED }
        return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    }
}
#endif
