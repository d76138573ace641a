#if TLS
import COpenSSL
import ProbeCore

/// Certificates that Go's verifier accepts, and mostly that of gRPC's own clients, but not
/// OpenSSL's: a probe must not call a server ill that all its clients talk to.
extension TLSSession {
    /// Whether what OpenSSL has just found is no fault. SPIFFE has rules of its own.
    func tolerates(_ verification: OpaquePointer?) -> Bool {
        guard context.identities == nil else { return false }
        let leaf = unsafe X509_STORE_CTX_get0_cert(verification)
        switch unsafe X509_STORE_CTX_get_error(verification) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
            return unsafe hostNames(of: leaf).contains { name.isMatched(by: $0) }
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            guard case .address(.v4(let address)) = name else { return false }
            // RFC 4291 section 2.5.5.2.
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address.octets
            return unsafe X509_check_ip(leaf, mapped, mapped.count, 0) == 1
        case X509_V_ERR_INVALID_PURPOSE:
            return unsafe isForAnyPurpose(
                X509_STORE_CTX_get_current_cert(verification),
                isLeaf: X509_STORE_CTX_get_error_depth(verification) == 0)
        default: return false
        }
    }

    /// Whether a certificate has anyExtendedKeyUsage (RFC 5280 section 4.2.1.12), and nothing else
    /// keeps it from being a TLS server's or that of such a server's authority.
    private func isForAnyPurpose(_ certificate: OpaquePointer?, isLeaf: Bool) -> Bool {
        let flags = unsafe X509_get_extension_flags(certificate)
        guard flags & UInt32(EXFLAG_XKUSAGE) != 0, flags & UInt32(EXFLAG_NSCERT) == 0,
            unsafe X509_get_extended_key_usage(certificate) & UInt32(XKU_ANYEKU) != 0
        else { return false }
        return unsafe isLeaf ? hasKeyForTLS(certificate) : X509_check_ca(certificate) == 1
    }
}

/// Whether a certificate's key usage, if it has one, allows a server's part in TLS.
func hasKeyForTLS(_ certificate: OpaquePointer?) -> Bool {
    // All bits are set where the certificate does not say.
    let usage = unsafe X509_get_key_usage(certificate)
    let useful = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT
    return usage & UInt32(useful) != 0
}
#endif
