import Basics

/// `X509SVIDResponse` of the Workload API (workloadapi.proto):
///
///     message X509SVIDResponse {
///         repeated X509SVID svids = 1;
///         repeated bytes crl = 2;
///         map<string, bytes> federated_bundles = 3;
///     }
///     message X509SVID {
///         string spiffe_id = 1;
///         bytes x509_svid = 2;      // certificates, ours first
///         bytes x509_svid_key = 3;  // PKCS#8
///         bytes bundle = 4;         // certificates
///         string hint = 5;
///     }
///
/// All of it is DER, certificates one after the other. Revocation lists are ignored, as go-spiffe
/// ignores them: SVIDs live for hours.
package enum X509SVIDResponse {
    /// The method that answers with it. Its request is empty.
    package static let path = "/SpiffeWorkloadAPI/FetchX509SVID"

    /// What a request must carry, to show that it is not some other request gone astray
    /// (SPIFFE_Workload_Endpoint.md section 3).
    package static let metadata = [HeaderField("workload.spiffe.io", "true")]

    /// The credentials in a message. Of several identities the first one is used
    /// (SPIFFE_Workload_API.md section 5.3); the bundles of all are.
    package static func decode(_ message: [UInt8]) throws(SVIDError) -> SPIFFECredentials {
        let fields = try Fields(message)
        guard let first = fields.identities.first else { throw .noIdentity }
        let svid = try SVID(first)
        var bundles = Bundles()
        bundles.add(try svid.bundle())
        for other in fields.identities.dropFirst() { bundles.add(try SVID(other).bundle()) }
        for entry in fields.federated { bundles.add(try federatedBundle(entry)) }
        return SPIFFECredentials(
            identity: svid.identity, chain: try svid.chain(),
            privateKey: PrivateKey(der: try svid.required(svid.key, .privateKey)),
            bundles: bundles.all)
    }

    /// An entry of the map. An empty bundle is one that nothing can be proved by.
    private static func federatedBundle(
        _ entry: ArraySlice<UInt8>
    ) throws(SVIDError) -> TrustBundle {
        var key: ArraySlice<UInt8> = []
        var value: ArraySlice<UInt8> = []
        try read(entry) { number, bytes in
            if number == 1 { key = bytes }
            if number == 2 { value = bytes }
        }
        let trustDomain: TrustDomain
        do throws(SPIFFEIDError) {
            trustDomain = try TrustDomain(key: key)
        } catch {
            throw .badID(Array(key), error)
        }
        return TrustBundle(
            trustDomain: trustDomain,
            certificates: try certificates(
                in: value, .federatedBundle, atMost: Limits.bundleCertificates))
    }

    fileprivate static func certificates(
        in bytes: ArraySlice<UInt8>, _ field: SVIDField, atMost limit: Int
    ) throws(SVIDError) -> [[UInt8]] {
        do throws(CertificateSequence.Violation) {
            return try CertificateSequence.split(bytes, atMost: limit)
        } catch {
            switch error {
            case .notCertificates: throw .notCertificates(field)
            case .tooMany: throw .tooManyCertificates(field)
            }
        }
    }

    /// Calls `take` with each length-delimited field.
    fileprivate static func read(
        _ message: ArraySlice<UInt8>, _ take: (UInt32, ArraySlice<UInt8>) -> Void
    ) throws(SVIDError) {
        var reader = ProtobufReader(message)
        do throws(ProtobufError) {
            while let field = try reader.nextField() {
                if case .bytes(let bytes) = field.value { take(field.number, bytes) }
            }
        } catch {
            throw .malformedMessage(error)
        }
    }
}

/// The parts of the response, not read any further.
private struct Fields {
    var identities: [ArraySlice<UInt8>] = []
    var federated: [ArraySlice<UInt8>] = []

    init(_ message: [UInt8]) throws(SVIDError) {
        var identities: [ArraySlice<UInt8>] = []
        var federated: [ArraySlice<UInt8>] = []
        // One more than allowed shows that there are too many.
        try X509SVIDResponse.read(message[...]) { number, bytes in
            if number == 1, identities.count <= Limits.workloadIdentities {
                identities.append(bytes)
            }
            if number == 3, federated.count <= Limits.federatedBundles { federated.append(bytes) }
        }
        guard identities.count <= Limits.workloadIdentities,
            federated.count <= Limits.federatedBundles
        else { throw .tooManyEntries }
        self.identities = identities
        self.federated = federated
    }
}

/// One identity; all of its fields but the hint are required.
private struct SVID {
    let identity: SPIFFEID
    let certificates: ArraySlice<UInt8>
    let key: ArraySlice<UInt8>
    let trust: ArraySlice<UInt8>

    init(_ message: ArraySlice<UInt8>) throws(SVIDError) {
        var id: ArraySlice<UInt8> = []
        var certificates: ArraySlice<UInt8> = []
        var key: ArraySlice<UInt8> = []
        var trust: ArraySlice<UInt8> = []
        try X509SVIDResponse.read(message) { number, bytes in
            switch number {
            case 1: id = bytes
            case 2: certificates = bytes
            case 3: key = bytes
            case 4: trust = bytes
            default: break
            }
        }
        guard !id.isEmpty else { throw .missing(.spiffeID) }
        do throws(SPIFFEIDError) {
            identity = try SPIFFEID(id)
        } catch {
            throw .badID(Array(id), error)
        }
        self.certificates = certificates
        self.key = key
        self.trust = trust
    }

    func required(
        _ bytes: ArraySlice<UInt8>, _ field: SVIDField
    ) throws(SVIDError) -> [UInt8] {
        guard !bytes.isEmpty else { throw .missing(field) }
        return Array(bytes)
    }

    func chain() throws(SVIDError) -> [[UInt8]] {
        _ = try required(certificates, .chain)
        return try X509SVIDResponse.certificates(
            in: certificates, .chain, atMost: Limits.chainCertificates)
    }

    func bundle() throws(SVIDError) -> TrustBundle {
        _ = try required(trust, .bundle)
        return TrustBundle(
            trustDomain: identity.trustDomain,
            certificates: try X509SVIDResponse.certificates(
                in: trust, .bundle, atMost: Limits.bundleCertificates))
    }
}

/// Bundles by trust domain; the first of each counts, so that no federated one replaces ours.
private struct Bundles {
    private(set) var all: [TrustBundle] = []

    mutating func add(_ bundle: TrustBundle) {
        if all.contains(where: { $0.trustDomain == bundle.trustDomain }) { return }
        all.append(bundle)
    }
}

/// What is wrong with an answer of the Workload API.
package enum SVIDError: Error, Equatable, Sendable {
    case malformedMessage(ProtobufError)
    /// There is no identity in it.
    case noIdentity
    /// A required field is empty.
    case missing(SVIDField)
    case badID([UInt8], SPIFFEIDError)
    /// A field that should have certificates has something else.
    case notCertificates(SVIDField)
    case tooManyCertificates(SVIDField)
    /// More identities or federated bundles than anybody has.
    case tooManyEntries
    /// Our own certificate or key cannot be used; OpenSSL's words.
    case unusable(SVIDField, String)
    /// The key is not that of the certificate.
    case keyMismatch
}

/// The fields of an answer, for messages.
package enum SVIDField: Equatable, Sendable {
    case spiffeID
    case chain
    case privateKey
    case bundle
    case federatedBundle

    /// The name in workloadapi.proto.
    package var name: String {
        switch self {
        case .spiffeID: "spiffe_id"
        case .chain: "x509_svid"
        case .privateKey: "x509_svid_key"
        case .bundle: "bundle"
        case .federatedBundle: "federated_bundles"
        }
    }
}
