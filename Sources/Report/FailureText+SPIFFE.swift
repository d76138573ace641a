import Basics
import GRPC
import Outcome

/// The words for a run without SPIFFE credentials. "The agent" is who serves the Workload API.
extension FailureText {
    static func words(of failure: CredentialFailure, _ observation: Observation) -> String {
        switch failure.reason {
        case .endpointNotSet: "the variable is not set"
        case .endpointMalformed(let why): "this is not the address of a SPIFFE agent: \(why)"
        case .call(let failure):
            switch failure.cause {
            case .refused(let status): words(of: status)
            default: words(of: failure, observation.ofUnary)
            }
        case .answer(let error): "the agent's answer " + words(of: error)
        }
    }

    private static func words(of status: GRPCStatus) -> String {
        let said = said(status.message)
        return switch status.code {
        case .permissionDenied:
            "the agent has no identity for this process (PERMISSION_DENIED\(said))"
        case .unimplemented: "this is not a SPIFFE Workload API (UNIMPLEMENTED\(said))"
        default: "the agent answered \(status.code.name)\(said)"
        }
    }

    private static func words(of error: SVIDError) -> String {
        switch error {
        case .malformedMessage: "is not an X509SVIDResponse"
        case .noIdentity: "has no identity in it"
        case .missing(let field): "has no \(field.name)"
        case .badID(let text, let error):
            "has a bad SPIFFE ID \(quoted(text.prefix(Limits.quotedBodySize))): \(error.text)"
        case .notCertificates(let field): "has no DER certificates in \(field.name)"
        case .tooManyCertificates(let field): "has too many certificates in \(field.name)"
        case .tooManyEntries: "has too many identities or federated bundles"
        case .unusable(let field, let why):
            "has an \(field.name) that cannot be used: \(escaped(why))"
        case .keyMismatch: "has a key that does not belong to its certificate"
        }
    }

    static func hint(
        for failure: CredentialFailure, _ observation: Observation
    ) -> String? {
        switch failure.reason {
        case .endpointNotSet:
            "it says where the SPIFFE agent is: unix:///path or tcp://address:port"
        case .endpointMalformed: "SPIFFE_ENDPOINT_SOCKET says where the agent is"
        case .answer: nil
        case .call(let failure):
            switch failure.cause {
            case .unreachable:
                "is the SPIFFE agent running? SPIFFE_ENDPOINT_SOCKET names its socket"
            case .refused(let status) where status.code == .permissionDenied:
                "a registration entry has to match this process (its user, path or container)"
            case .refused: nil
            default: hint(for: failure, observation.ofUnary)
            }
        }
    }
}

/// The words for a server that does not prove the identity that it should.
extension FailureText {
    static func words(of flaw: SPIFFEFlaw) -> String {
        switch flaw {
        case .noID: "certificate has no SPIFFE ID"
        case .severalURIs: "certificate has more than one URI, so its SPIFFE ID is not certain"
        case .badID(let text, let error):
            "certificate has a bad SPIFFE ID \(quoted(text.prefix(Limits.quotedBodySize))):"
                + " \(error.text)"
        case .noPath(let identity):
            "certificate has the SPIFFE ID of a trust domain, not of a server: \(identity.text)"
        case .authority(let identity):
            "certificate of \(identity.text) belongs to an authority, not to a server"
        case .foreign(let identity, let known):
            "certificate of \(identity.text) is from a trust domain that we have no bundle for"
                + " (we have \(joined(known.map { $0.text }, by: ", ")))"
        case .unusableBundle(let trustDomain):
            "the agent's bundle for \(trustDomain.text) has no certificate that can be read"
        case .untrusted(let identity, let issuer):
            "certificate of \(identity.text) is issued by \(quoted(issuer)), which the bundle of"
                + " \(identity.trustDomain.text) does not have"
        case .unexpected(let identity, let wanted):
            "the server is \(identity.text), not \(wanted.text)"
        }
    }

    static func hint(for flaw: SPIFFEFlaw) -> String? {
        switch flaw {
        case .foreign: "our trust domain has to be federated with the server's"
        case .noID: "is this server part of SPIFFE? -tls speaks TLS with servers that are not"
        case .unexpected: "-spiffe-id says who the server has to be"
        case .severalURIs, .badID, .noPath, .authority, .unusableBundle, .untrusted: nil
        }
    }
}

extension Observation {
    /// The same for the words of a call that is none of the health service's.
    fileprivate var ofUnary: Observation {
        var observation = self
        observation.method = .check
        observation.request = RequestTraits()
        return observation
    }
}
