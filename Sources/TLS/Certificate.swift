#if TLS
import COpenSSL

/// One reference to an `X509`: a class, because chains are lists of them.
@safe final class Certificate {
    let pointer: OpaquePointer

    /// - Precondition: the caller has a reference to give away.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Another reference to a certificate that somebody else has; nil if nobody has.
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
    var subject: DistinguishedName {
        unsafe DistinguishedName(X509_get_subject_name(pointer), in: self)
    }

    var issuer: DistinguishedName {
        unsafe DistinguishedName(X509_get_issuer_name(pointer), in: self)
    }

    /// Whether its name, its key identifier and its kind of key are those that `certificate` has
    /// of its issuer. What it may be used for is not asked.
    func canBeIssuer(of certificate: Certificate) -> Bool {
        let result = unsafe X509_check_issued(pointer, certificate.pointer)
        return result == X509_V_OK || result == X509_V_ERR_KEYUSAGE_NO_CERTSIGN
    }

    func isSigned(by issuer: Certificate) -> Bool {
        defer { OpenSSLError.forgetAll() }
        guard let key = unsafe X509_get0_pubkey(issuer.pointer) else { return false }
        return unsafe X509_verify(pointer, key) == 1
    }

    var isSelfSigned: Bool {
        defer { OpenSSLError.forgetAll() }
        return unsafe X509_self_signed(pointer, 1) == 1
    }

    /// When it begins to be valid, in seconds since 1970; 0 if that cannot be read.
    var notBefore: Int64 { unsafe seconds(X509_get0_notBefore(pointer)) }
    /// When it expires, as that.
    var notAfter: Int64 { unsafe seconds(X509_get0_notAfter(pointer)) }

    /// Whether now is in its time.
    var isInItsTime: Bool {
        unsafe X509_cmp_current_time(X509_get0_notBefore(pointer)) < 0
            && X509_cmp_current_time(X509_get0_notAfter(pointer)) > 0
    }

    private func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return 0 }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}

/// The name of a certificate's subject or issuer.
@safe struct DistinguishedName {
    private let pointer: OpaquePointer?
    /// Which the name is a part of.
    private let certificate: Certificate

    fileprivate init(_ pointer: OpaquePointer?, in certificate: Certificate) {
        unsafe self.pointer = pointer
        self.certificate = certificate
    }

    /// As `openssl x509 -issuer` writes it from OpenSSL 3.2 on: `O=Example, CN=Example Root`. UTF-8
    /// and control characters are as they are: whoever prints it escapes it.
    var text: String {
        let others = UInt(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_ESC_CTRL | XN_FLAG_SPC_EQ)
        guard let buffer = MemoryBuffer.make(),
            unsafe X509_NAME_print_ex(
                buffer.pointer, pointer, 0, COPENSSL_NAME_ONELINE & ~others) >= 0
        else { return "" }
        return buffer.text
    }

    /// In DER.
    var encoding: [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe X509_NAME_get0_der(pointer, &start, &count) == 1 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// What openssl-rehash(1) calls the files of certificates with this name.
    var hash: UInt32 { UInt32(truncatingIfNeeded: unsafe copenssl_name_hash(pointer)) }
}

extension DistinguishedName: Equatable {
    /// Whether they are the same name, however it is encoded.
    static func == (one: DistinguishedName, other: DistinguishedName) -> Bool {
        unsafe X509_NAME_cmp(one.pointer, other.pointer) == 0
    }
}
#endif
