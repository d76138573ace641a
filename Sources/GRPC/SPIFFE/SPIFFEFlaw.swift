/// Why a server's certificate does not prove a SPIFFE ID that will do (X509-SVID.md section 5).
package enum SPIFFEFlaw: Error, Equatable, Sendable {
    /// It has no URI among its names, so it is no SVID.
    case noID
    /// It has more than one; an SVID has exactly one.
    case severalURIs
    /// The URI is no SPIFFE ID; its bytes.
    case badID([UInt8], SPIFFEIDError)
    /// The ID has no path, so it is that of a trust domain, and of no workload.
    case noPath(SPIFFEID)
    /// It is an authority's certificate, which must not be used to be somebody.
    case authority(SPIFFEID)
    /// Nobody has told us how to check the identities of this trust domain.
    case foreign(SPIFFEID, known: [TrustDomain])
    /// The bundle of the trust domain has no certificate that can be read.
    case unusableBundle(TrustDomain)
    /// No certificate in the bundle of the trust domain has signed it.
    case untrusted(SPIFFEID, issuer: String)
    /// It is somebody else than `-spiffe-id` wants.
    case unexpected(SPIFFEID, wanted: SPIFFEID)
}
