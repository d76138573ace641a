/// What the Workload API gives a process to prove its identity with, and to check others' by. It
/// is kept in memory, never written anywhere, and never printed.
package struct SPIFFECredentials: Sendable {
    /// Who this process is.
    package let identity: SPIFFEID
    /// Our certificate (DER) and the intermediate ones behind it.
    package let chain: [[UInt8]]
    package let privateKey: PrivateKey
    /// Ours, and those of the trust domains that ours is federated with; one for each.
    package let bundles: [TrustBundle]

    /// What proves the identity of a server in this trust domain; nil where nothing does.
    package func bundle(of trustDomain: TrustDomain) -> TrustBundle? {
        bundles.first { $0.trustDomain == trustDomain }
    }
}

/// The certificates (DER) that a trust domain's identities are proved by.
package struct TrustBundle: Equatable, Sendable {
    package let trustDomain: TrustDomain
    package let certificates: [[UInt8]]
}

/// A private key in PKCS#8, DER. A class, because Swift prints of an object nothing but the name
/// of its type: no interpolation of a value that holds a key shows it by accident.
package final class PrivateKey: Sendable {
    package let der: [UInt8]

    package init(der: [UInt8]) {
        self.der = der
    }
}
