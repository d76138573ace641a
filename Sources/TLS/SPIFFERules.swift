#if TLS
import GRPC
import Outcome

/// SPIFFE's rules for the certificates of servers (X509-SVID.md section 5): they prove an ID in a
/// trust domain that the credentials have a bundle for, and perhaps one in particular.
struct SPIFFERules {
    let credentials: SPIFFECredentials
    /// Who the servers have to be; nil for anybody.
    let requiredID: SPIFFEID?

    /// The SPIFFE ID that a certificate claims, which must be one of a workload
    /// (X509-SVID.md section 5.2).
    static func identity(of leaf: Certificate) throws(SPIFFEFlaw) -> SPIFFEID {
        let uris = leaf.uris
        guard let uri = uris.first else { throw .noID }
        guard uris.count == 1 else { throw .severalURIs }
        let identity: SPIFFEID
        do throws(SPIFFEIDError) {
            identity = try SPIFFEID(uri)
        } catch {
            throw .badID(uri, error)
        }
        guard !leaf.isDeclaredAuthority, !leaf.isDeclaredSigner else {
            throw .authority(identity)
        }
        guard identity.hasPath else { throw .noPath(identity) }
        return identity
    }

    /// The certificates that prove an ID. As in go-spiffe every certificate of a bundle ends a
    /// chain.
    func anchors(for identity: SPIFFEID) throws(SPIFFEFlaw) -> TrustAnchors {
        guard let bundle = credentials.bundle(of: identity.trustDomain) else {
            throw .foreign(identity, known: credentials.bundles.map { $0.trustDomain })
        }
        let certificates = bundle.certificates.compactMap { Certificate.make(der: $0) }
        guard !certificates.isEmpty else { throw .unusableBundle(bundle.trustDomain) }
        return TrustAnchors(certificates)
    }

    /// Whether an ID that has been proved is the one that is required.
    func require(_ identity: SPIFFEID) throws(SPIFFEFlaw) {
        if let requiredID, requiredID != identity {
            throw .unexpected(identity, wanted: requiredID)
        }
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
#endif
