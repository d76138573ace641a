#if TLS
import COpenSSL
package import ProbeCore

/// Who the servers have to be: somebody in a trust domain that the credentials have a bundle
/// for, and perhaps somebody in particular.
struct IdentityCheck {
    let credentials: SPIFFECredentials
    let requiredID: SPIFFEID?
}

extension TLSContext {
    /// A context that proves who we are with SPIFFE credentials, and checks servers by their
    /// SPIFFE IDs instead of their names.
    ///
    /// - Throws: why the certificate or the key is of no use.
    package static func make(
        _ plan: SPIFFEPlan, _ credentials: SPIFFECredentials
    ) throws(SVIDError) -> TLSContext {
        guard let handle = newHandle() else { throw .unusable(.chain, takeErrorText()) }
        try use(chain: credentials.chain, in: handle)
        try use(credentials.privateKey, in: handle)
        unsafe verify(with: handle) { verification, _ in
            guard let verification = unsafe verification,
                let session = unsafe TLSSession.verifying(verification)
            else { return 0 }
            return unsafe session.acceptsIdentity(verification) ? 1 : 0
        }
        ERR_clear_error()
        return TLSContext(
            owning: handle, nil, hasClientCertificate: true, requiresALPN: plan.requiresALPN,
            identities: IdentityCheck(credentials: credentials, requiredID: plan.requiredID))
    }

    private static func use(
        chain: [[UInt8]], in handle: borrowing ContextHandle
    ) throws(SVIDError) {
        for (index, der) in chain.enumerated() {
            guard let certificate = Certificate.make(der: der) else {
                throw .unusable(.chain, takeErrorText())
            }
            if index == 0, let key = certificate.unusableKey {
                throw .unusable(.chain, "TLS 1.3 cannot use its key (\(key))")
            }
            let isTaken =
                index == 0
                ? unsafe SSL_CTX_use_certificate(handle.pointer, certificate.pointer)
                : unsafe copenssl_add_chain_certificate(handle.pointer, certificate.pointer)
            guard isTaken == 1 else { throw .unusable(.chain, takeErrorText()) }
        }
    }

    private static func use(
        _ key: PrivateKey, in handle: borrowing ContextHandle
    ) throws(SVIDError) {
        let pointer = unsafe key.der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &position, bytes.count)
        }
        guard let pointer = unsafe pointer else { throw .unusable(.privateKey, takeErrorText()) }
        defer { unsafe EVP_PKEY_free(pointer) }
        guard unsafe SSL_CTX_use_PrivateKey(handle.pointer, pointer) == 1,
            unsafe SSL_CTX_check_private_key(handle.pointer) == 1
        else {
            ERR_clear_error()
            throw .keyMismatch
        }
    }
}

extension TLSSession {
    /// Whether the server's certificate proves a SPIFFE ID that will do; `flaw` says why not.
    func acceptsIdentity(_ verification: OpaquePointer) -> Bool {
        guard let check = context.identities else { return false }
        do throws(SPIFFEFlaw) {
            let leaf = unsafe X509_STORE_CTX_get0_cert(verification)
            let identity = unsafe try identity(of: leaf)
            guard let bundle = check.credentials.bundle(of: identity.trustDomain) else {
                throw .foreign(identity, known: check.credentials.bundles.map { $0.trustDomain })
            }
            peerID = identity
            let trusted = bundle.certificates.compactMap { Certificate.make(der: $0) }
            guard !trusted.isEmpty else { throw .unusableBundle(bundle.trustDomain) }
            // As go-spiffe does it: every certificate of the bundle ends a chain, and an SVID is
            // for both ends of a connection, whatever its extended key usage says.
            let parameters = unsafe X509_STORE_CTX_get0_param(verification)
            unsafe X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY)
            let isAccepted = unsafe accepts(verification, places: 1) { _, name in
                trusted.filter { unsafe $0.isNamed(name) }
            }
            // The flaw has been noted on the way.
            guard isAccepted else { return false }
            if let wanted = check.requiredID, wanted != identity {
                throw .unexpected(identity, wanted: wanted)
            }
            return true
        } catch {
            flaw = .identity(error)
            // It decides on the alert that the server gets: bad_certificate.
            unsafe X509_STORE_CTX_set_error(verification, X509_V_ERR_CERT_REJECTED)
            return false
        }
    }

    /// The SPIFFE ID that a certificate claims, which must be one of a workload
    /// (X509-SVID.md section 5.2).
    private func identity(of leaf: OpaquePointer?) throws(SPIFFEFlaw) -> SPIFFEID {
        let uris = unsafe uris(of: leaf)
        guard let uri = uris.first else { throw .noID }
        guard uris.count == 1 else { throw .severalURIs }
        let identity: SPIFFEID
        do throws(SPIFFEIDError) {
            identity = try SPIFFEID(uri)
        } catch {
            throw .badID(uri, error)
        }
        // The usage comes as all bits where the certificate does not restrict it.
        let flags = unsafe X509_get_extension_flags(leaf)
        let usage = unsafe X509_get_key_usage(leaf)
        let isRestricted = flags & UInt32(EXFLAG_KUSAGE) != 0
        let signs = usage & UInt32(KU_KEY_CERT_SIGN | KU_CRL_SIGN) != 0
        guard flags & UInt32(EXFLAG_CA) == 0, !(isRestricted && signs) else {
            throw .authority(identity)
        }
        guard identity.hasPath else { throw .noPath(identity) }
        return identity
    }
}

extension CertificateFlaw {
    /// The flaw of a certificate that claims a SPIFFE ID: whom to trust is then its trust
    /// domain's matter, and not that of the machine or of a file.
    func inTerms(of identity: SPIFFEID) -> CertificateFlaw {
        switch self {
        case .unknownIssuer(let issuer), .missingIssuer(let issuer),
            .badSignature(_, let issuer, _), .wrongKeyIdentifier(_, let issuer, _):
            .identity(.untrusted(identity, issuer: issuer))
        case .selfSigned: .identity(.untrusted(identity, issuer: "itself"))
        default: self
        }
    }
}

/// The URIs among the names of a certificate, all of them: a second one must not hide.
private func uris(of certificate: OpaquePointer?) -> [[UInt8]] {
    let list = URIList()
    let user = unsafe Unmanaged.passUnretained(list).toOpaque()
    unsafe copenssl_each_name(certificate, user) { user, kind, bytes, count in
        guard kind == COPENSSL_NAME_URI, let user = unsafe user else { return }
        let list = unsafe Unmanaged<URIList>.fromOpaque(user).takeUnretainedValue()
        unsafe list.uris.append(
            Array(UnsafeBufferPointer(start: bytes, count: max(0, Int(count)))))
    }
    return list.uris
}

private final class URIList {
    var uris: [[UInt8]] = []
}
#endif
