#if TLS
import Basics
import COpenSSL
import Plan

/// What the certificates of a server of this name must be, and what OpenSSL finds in them that is
/// no fault: certificates that Go's verifier accepts, and mostly that of gRPC's own clients, but
/// not OpenSSL's. A probe must not call a server ill that all its clients talk to.
final class ServerNameRules {
    let name: ServerName

    init(_ name: ServerName) {
        self.name = name
    }

    /// Sets the name in a verification's parameters (`X509_VERIFY_PARAM`); false where it cannot
    /// be verified.
    func apply(to parameters: OpaquePointer?) -> Bool {
        switch name {
        case .host(let host):
            guard name.isVerifiable else { return false }
            // As in Go: a wildcard is a whole label, and the subject's common name is no name.
            unsafe X509_VERIFY_PARAM_set_hostflags(
                parameters,
                UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            return unsafe X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1
        case .address(let address):
            let octets = address.octets
            return unsafe X509_VERIFY_PARAM_set1_ip(parameters, octets, octets.count) == 1
        }
    }

    /// Whether what OpenSSL has just found is no fault.
    func tolerates(_ finding: VerificationFinding) -> Bool {
        guard let leaf = finding.leaf, let certificate = finding.certificate else { return false }
        switch finding.error {
        case X509_V_ERR_HOSTNAME_MISMATCH:
            return leaf.hostNames.contains { name.isMatched(by: $0) }
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            guard case .address(.v4(let address)) = name else { return false }
            let mapped = IPv6Address(mapping: address).octets
            return unsafe X509_check_ip(leaf.pointer, mapped, mapped.count, 0) == 1
        case X509_V_ERR_INVALID_PURPOSE:
            // anyExtendedKeyUsage, where nothing else keeps it from being a TLS server's or that
            // of such a server's authority.
            guard certificate.isForAnyPurpose, !certificate.hasNetscapeType else { return false }
            return finding.depth == 0
                ? certificate.hasKeyForTLS : certificate.isAuthorityByConstraints
        default: return false
        }
    }
}

extension ServerName {
    /// Whether it is a whole name: to OpenSSL a dot in front means any host of a domain, and no
    /// name any host at all.
    var isVerifiable: Bool {
        guard case .host(let host) = self else { return true }
        guard let first = host.utf8.first else { return false }
        return first != UInt8(ascii: ".") && !host.utf8.contains(0)
    }
}
#endif
