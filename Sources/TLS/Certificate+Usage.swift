#if TLS
import COpenSSL

/// What a certificate's extensions say that it and its key are for (RFC 5280 section 4.2.1).
extension Certificate {
    private var flags: UInt32 { unsafe X509_get_extension_flags(pointer) }

    private func has(_ flag: Int32) -> Bool { flags & UInt32(flag) != 0 }

    /// Whether one of its extensions cannot be read.
    var isMalformed: Bool { has(EXFLAG_INVALID) }

    // MARK: - Basic constraints

    /// Whether its basic constraints say that it is an authority.
    var isDeclaredAuthority: Bool { has(EXFLAG_CA) }

    /// Whether it is an authority's, by what the certificates of its time say that with.
    var isAuthority: Bool { unsafe X509_check_ca(pointer) > 0 }

    /// Whether it is an authority's by its basic constraints, and may sign.
    var isAuthorityByConstraints: Bool { unsafe X509_check_ca(pointer) == 1 }

    /// Whether it is an authority's, and now is in its time.
    var isValidAuthority: Bool { isAuthority && isInItsTime }

    // MARK: - Key usage

    /// Whether its key is for one of these; all are where the certificate does not say.
    private func hasKey(forAny uses: Int32) -> Bool {
        unsafe X509_get_key_usage(pointer) & UInt32(uses) != 0
    }

    /// Whether its key may sign certificates; any may that says nothing.
    var maySignCertificates: Bool { hasKey(forAny: KU_KEY_CERT_SIGN) }

    /// Whether it says that its key signs certificates or lists of revoked ones.
    var isDeclaredSigner: Bool {
        has(EXFLAG_KUSAGE) && hasKey(forAny: KU_KEY_CERT_SIGN | KU_CRL_SIGN)
    }

    /// Whether its key usage, if it has one, allows a server's part in TLS.
    var hasKeyForTLS: Bool {
        hasKey(forAny: KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT)
    }

    // MARK: - Extended key usage

    /// Whether it says what it is for, and one of these is not among it.
    private func excludes(_ uses: Int32) -> Bool {
        unsafe has(EXFLAG_XKUSAGE) && X509_get_extended_key_usage(pointer) & UInt32(uses) == 0
    }

    /// Whether its extended key usage leaves servers out.
    var excludesServers: Bool { excludes(XKU_SSL_SERVER | XKU_SGC | XKU_ANYEKU) }

    /// Whether it has anyExtendedKeyUsage.
    var isForAnyPurpose: Bool { has(EXFLAG_XKUSAGE) && !excludes(XKU_ANYEKU) }

    /// Whether it has Netscape's extension of old, which has purposes of its own.
    var hasNetscapeType: Bool { has(EXFLAG_NSCERT) }
}
#endif
