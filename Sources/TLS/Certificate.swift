#if TLS
import COpenSSL

/// One reference to an `X509`: a class, because chains are lists of them.
@safe final class Certificate {
    let pointer: OpaquePointer

    /// - Precondition: the caller has a reference to give away.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Another reference to a certificate that somebody else has.
    static func share(_ pointer: OpaquePointer?) -> Certificate? {
        guard let pointer = unsafe pointer, unsafe X509_up_ref(pointer) == 1 else { return nil }
        return unsafe Certificate(owning: pointer)
    }

    /// A certificate from its encoding; nil if it is none.
    static func make(der: [UInt8]) -> Certificate? {
        let pointer = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_X509(nil, &position, bytes.count)
        }
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Certificate(owning: pointer)
    }

    /// All certificates in a file of PEM, those with OpenSSL's rules of trust among them.
    static func all(inPEM bytes: [UInt8]) -> [Certificate] {
        guard let buffer = MemoryBuffer.make(bytes) else { return [] }
        var all: [Certificate] = []
        while let pointer = unsafe copenssl_read_certificate(buffer.pointer) {
            unsafe all.append(Certificate(owning: pointer))
        }
        ERR_clear_error()
        return all
    }

    deinit {
        unsafe X509_free(pointer)
    }
}

extension Certificate: Equatable {
    static func == (one: Certificate, other: Certificate) -> Bool {
        unsafe one === other || X509_cmp(one.pointer, other.pointer) == 0
    }
}

extension Certificate {
    /// Its subject's name (`X509_NAME`).
    var subject: OpaquePointer? { unsafe X509_get_subject_name(pointer) }
    var issuer: OpaquePointer? { unsafe X509_get_issuer_name(pointer) }
    var subjectText: String { unsafe nameText(subject) }
    var issuerText: String { unsafe nameText(issuer) }

    func isNamed(_ name: OpaquePointer?) -> Bool { unsafe X509_NAME_cmp(subject, name) == 0 }

    /// Whether its name, its key identifier and its kind of key are those that `certificate` has
    /// of its issuer. What it may be used for is not asked.
    func canBeIssuer(of certificate: Certificate) -> Bool {
        let result = unsafe X509_check_issued(pointer, certificate.pointer)
        return result == X509_V_OK || result == X509_V_ERR_KEYUSAGE_NO_CERTSIGN
    }

    func isSigned(by issuer: Certificate) -> Bool {
        defer { ERR_clear_error() }
        guard let key = unsafe X509_get0_pubkey(issuer.pointer) else { return false }
        return unsafe X509_verify(pointer, key) == 1
    }

    var isSelfSigned: Bool {
        defer { ERR_clear_error() }
        return unsafe X509_self_signed(pointer, 1) == 1
    }

    /// Whether it is an authority's, and now is in its time.
    var isValidAuthority: Bool {
        unsafe X509_check_ca(pointer) > 0
            && X509_cmp_current_time(X509_get0_notBefore(pointer)) < 0
            && X509_cmp_current_time(X509_get0_notAfter(pointer)) > 0
    }

    /// Whether one of its extensions cannot be read.
    var isMalformed: Bool {
        unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_INVALID) != 0
    }
}

/// Owns a stack of certificates.
@safe struct CertificateStack: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Nil when there is no memory.
    static func make(_ certificates: ArraySlice<Certificate>) -> CertificateStack? {
        guard let pointer = unsafe copenssl_new_certificates() else { return nil }
        let stack = unsafe CertificateStack(owning: pointer)
        for certificate in certificates {
            guard unsafe copenssl_push_certificate(pointer, certificate.pointer) == 1 else {
                return nil
            }
        }
        return stack
    }

    deinit {
        unsafe copenssl_free_certificates(pointer)
    }
}
#endif
