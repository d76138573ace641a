package import GRPC

/// Why there is no TLS connection, or none any more.
package enum TLSFailure: Error, Equatable, Sendable {
    /// The server's certificate is not acceptable.
    case certificate(CertificateFlaw)
    /// The server ended the connection with a fatal alert.
    case alert(TLSAlert)
    /// It did so because it wants a certificate of ours and got none.
    case clientCertificateRequired
    /// It did so because of the certificate that it got.
    case clientCertificateRejected(TLSAlert)
    /// The server offers TLS 1.1 or older only.
    case noCommonVersion
    /// The server did not choose `h2` by ALPN.
    case noALPN
    /// The peer speaks something else.
    case notTLS(Greeting)
    /// The handshake failed in another way: the peer broke TLS's rules, or we could not go on;
    /// OpenSSL's words.
    case violation(String)
    /// The same once the handshake was done.
    case laterViolation(String)
}

/// What is wrong with a server's certificate. Names of certificates are as `openssl x509 -issuer`
/// writes them, times in seconds since 1970. Where it can be an issuer's certificate that is meant,
/// `issuer` or `of` has its name; nil is the server's own.
package enum CertificateFlaw: Equatable, Sendable {
    /// It is for others: the names and addresses that it has.
    case wrongName(wanted: String, names: [String])
    case expired(Int64, issuer: String?)
    case notYetValid(Int64, issuer: String?)
    case selfSigned
    /// The chain ends at somebody who is not trusted.
    case unknownIssuer(String)
    /// Nobody sent the issuer's certificate, and it is not among the trusted ones either.
    case missingIssuer(String)
    /// There are no trusted certificates at all: where they were looked for.
    case nothingTrusted(places: [String])
    /// The signature is not that of the issuer whose name it has, and which is trusted or was sent.
    case badSignature(of: String?, issuer: String, isTrusted: Bool)
    /// The signature is right, but it names another key of that issuer (RFC 5280 section
    /// 4.2.1.1, authority key identifier).
    case wrongKeyIdentifier(of: String?, issuer: String, isTrusted: Bool)
    /// Its extensions cannot be read.
    case malformed(issuer: String?)
    /// The issuer is no authority (RFC 5280 section 4.2.1.9, basic constraints).
    case notAuthority(issuer: String)
    /// The issuer's key is not for signing certificates (RFC 5280 section 4.2.1.3, key usage).
    case mayNotSign(issuer: String)
    /// It does not prove a SPIFFE ID that will do.
    case identity(SPIFFEFlaw)
    /// It is not for servers (RFC 5280 section 4.2.1.12, extended key usage).
    case wrongPurpose(issuer: String?)
    /// Its key is not for TLS (RFC 5280 section 4.2.1.3, key usage).
    case wrongKeyUsage(issuer: String?)
    /// Anything else; OpenSSL's words.
    case unacceptable(String)
}

/// A fatal alert (RFC 8446 section 6.2).
package struct TLSAlert: Equatable, Sendable {
    package var code: UInt8

    package init(_ code: UInt8) {
        self.code = code
    }

    package static let handshakeFailure = TLSAlert(40)
    package static let badCertificate = TLSAlert(42)
    package static let unknownAuthority = TLSAlert(48)
    package static let accessDenied = TLSAlert(49)
    package static let protocolVersion = TLSAlert(70)
    package static let unrecognizedName = TLSAlert(112)
    package static let certificateRequired = TLSAlert(116)
    package static let noApplicationProtocol = TLSAlert(120)

    /// Whether the alert is about a certificate that the peer was sent.
    package var isAboutCertificate: Bool {
        switch code {
        case 42...46, 48, 49: true
        default: false
        }
    }

    /// The name in the specification, or the number of one that has none.
    package var name: String {
        switch code {
        case 10: "unexpected_message"
        case 20: "bad_record_mac"
        case 21: "decryption_failed"
        case 22: "record_overflow"
        case 30: "decompression_failure"
        case 40: "handshake_failure"
        case 41: "no_certificate"
        case 42: "bad_certificate"
        case 43: "unsupported_certificate"
        case 44: "certificate_revoked"
        case 45: "certificate_expired"
        case 46: "certificate_unknown"
        case 47: "illegal_parameter"
        case 48: "unknown_ca"
        case 49: "access_denied"
        case 50: "decode_error"
        case 51: "decrypt_error"
        case 60: "export_restriction"
        case 70: "protocol_version"
        case 71: "insufficient_security"
        case 80: "internal_error"
        case 86: "inappropriate_fallback"
        case 90: "user_canceled"
        case 100: "no_renegotiation"
        case 109: "missing_extension"
        case 110: "unsupported_extension"
        case 111: "certificate_unobtainable"
        case 112: "unrecognized_name"
        case 113: "bad_certificate_status_response"
        case 114: "bad_certificate_hash_value"
        case 115: "unknown_psk_identity"
        case 116: "certificate_required"
        case 120: "no_application_protocol"
        default: "\(code)"
        }
    }
}
