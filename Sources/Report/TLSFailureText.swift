import Basics
import Outcome

/// The words of what goes wrong with TLS.
extension FailureText {
    static func words(of failure: TLSFailure) -> String {
        switch failure {
        case .certificate(let flaw): words(of: flaw)
        case .alert(let alert): words(of: alert)
        case .clientCertificateRequired: "the server requires a client certificate"
        case .clientCertificateRejected(let alert):
            "the server rejected the client certificate (\(alert.name))"
        case .noCommonVersion: "the server does not speak TLS 1.2 or newer"
        case .noALPN: "the server did not choose HTTP/2 (ALPN \"h2\")"
        case .notTLS(let greeting) where greeting.isHTTP2:
            "the server speaks plaintext HTTP/2, not TLS"
        case .notTLS(let greeting):
            "the server does not speak TLS (first bytes: \(quoted(greeting.firstLine)))"
        case .violation(let text): "the TLS handshake failed: \(escaped(text))"
        case .laterViolation(let text):
            "the TLS connection failed after the handshake: \(escaped(text))"
        }
    }

    private static func words(of flaw: CertificateFlaw) -> String {
        switch flaw {
        case .wrongName(_, let names) where names.isEmpty:
            "certificate has no host among its subject alternative names"
        case .wrongName(let wanted, let names)
        where names.contains(where: { $0.utf8.spells(wanted) }):
            "certificate has \(quoted(wanted)) as a host name, not as an address"
        case .wrongName(let wanted, let names):
            "certificate is valid for \(listed(names)), not \(quoted(wanted))"
        case .expired(let time, let issuer):
            "\(certificate(of: issuer)) expired on \(rfc3339(secondsSince1970: time))"
        case .notYetValid(let time, let issuer):
            "\(certificate(of: issuer)) is not valid before \(rfc3339(secondsSince1970: time))"
        case .selfSigned: "certificate is self-signed and not trusted"
        case .unknownIssuer(let issuer):
            "certificate is issued by \(quoted(issuer)), which is not trusted"
        case .missingIssuer(let issuer):
            "certificate is issued by \(quoted(issuer)),"
                + " which is neither trusted nor sent by the server"
        case .nothingTrusted(let places):
            "no trusted certificates were found in \(alternatives(places))"
        case .badSignature(let owner, let issuer, let isTrusted):
            "\(certificate(of: owner)) is not signed by the "
                + (isTrusted
                    ? "trusted \(quoted(issuer))" : "\(quoted(issuer)) that the server sent")
        case .wrongKeyIdentifier(let owner, let issuer, let isTrusted):
            "\(certificate(of: owner)) names another key for \(quoted(issuer)) than the"
                + (isTrusted ? " trusted certificate has" : " certificate that the server sent has")
                + " (authority key identifier)"
        case .malformed(let issuer): "\(certificate(of: issuer)) has extensions that cannot be read"
        case .notAuthority(let issuer):
            "certificate is issued by \(quoted(issuer)), which is not a certificate authority"
        case .mayNotSign(let issuer):
            "certificate is issued by \(quoted(issuer)), which may not sign certificates"
                + " (key usage)"
        case .identity(let flaw): words(of: flaw)
        case .wrongPurpose(let issuer):
            "\(certificate(of: issuer)) is not meant for servers (extended key usage)"
        case .wrongKeyUsage(let issuer):
            "\(certificate(of: issuer)) has a key that is not meant for TLS (key usage)"
        case .unacceptable(let text): "certificate is not acceptable: \(escaped(text))"
        }
    }

    private static func certificate(of issuer: String?) -> String {
        guard let issuer else { return "certificate" }
        return "the issuer's certificate \(quoted(issuer))"
    }

    /// `"a", "b" or "c"`
    private static func alternatives(_ paths: [String]) -> String {
        let places = paths.map { quoted($0) }
        guard places.count > 1, let last = places.last else { return places.first ?? "no place" }
        return joined(Array(places.dropLast()), by: ", ") + " or " + last
    }

    /// The first few of the names, and how many more there are.
    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(Limits.shownCertificateNames)
        let text = joined(
            shown.map { quoted(clipped($0, to: Limits.hostNameSize)) }, by: ", ")
        let rest = names.count - shown.count
        return rest > 0 ? "\(text) and \(rest) more" : text
    }

    private static func words(of alert: TLSAlert) -> String {
        switch alert {
        case .handshakeFailure:
            "the server has no cipher, key exchange or signature in common with us"
                + " (alert handshake_failure)"
        case .unrecognizedName:
            "the server does not know a host with this name (alert unrecognized_name)"
        case .noApplicationProtocol:
            "the server does not offer HTTP/2 (alert no_application_protocol)"
        default: "the server ended the connection with the alert \(alert.name)"
        }
    }

    /// What to do about it; nil where nobody can say.
    static func hint(for failure: TLSFailure, _ security: TransportSecurity) -> String? {
        switch failure {
        // The flags about files have no place beside -spiffe.
        case .clientCertificateRejected where security.isSPIFFE:
            "the server has to trust our trust domain, and to allow our SPIFFE ID"
        case .certificate(let flaw): hint(for: flaw)
        case .clientCertificateRequired:
            "-tls-client-cert and -tls-client-key name a certificate to send"
        case .clientCertificateRejected(.unknownAuthority):
            "the server does not trust the certificate's issuer;"
                + " -tls-client-cert may need the whole chain"
        case .alert(.unrecognizedName): "-tls-server-name sets the name to ask for"
        case .noALPN: "-tls-no-alpn accepts a server without ALPN"
        case .notTLS(let greeting) where greeting.isHTTP2: "leave out \(security.flag)"
        // Plaintext HTTP/2 servers say so, Go's among them, and those of HTTP/1.1 alone.
        case .notTLS(let greeting) where greeting.kind == .http1:
            "is this a gRPC port? if it is a plaintext one, leave out \(security.flag)"
        case .alert, .clientCertificateRejected, .noCommonVersion, .notTLS, .violation,
            .laterViolation:
            nil
        }
    }

    private static func hint(for flaw: CertificateFlaw) -> String? {
        switch flaw {
        case .wrongName(_, let names) where names.isEmpty:
            "hosts have to be named there; the common name of the subject does not count"
        case .wrongName(let wanted, let names)
        where names.contains(where: { $0.utf8.spells(wanted) }):
            "an address has to be among the certificate's IP addresses"
        case .wrongName: "-tls-server-name sets the name to verify"
        case .notYetValid: "is the clock of this machine right?"
        case .selfSigned, .unknownIssuer: "-tls-ca-cert names a file with certificates to trust"
        case .missingIssuer:
            "the server has to send its intermediate certificates;"
                + " -tls-ca-cert names a file with certificates to trust"
        case .nothingTrusted:
            "SSL_CERT_FILE or -tls-ca-cert names a file with certificates to trust"
        case .identity(let flaw): hint(for: flaw)
        case .expired, .badSignature, .wrongKeyIdentifier, .malformed, .notAuthority, .mayNotSign,
            .wrongPurpose, .wrongKeyUsage, .unacceptable:
            nil
        }
    }
}
