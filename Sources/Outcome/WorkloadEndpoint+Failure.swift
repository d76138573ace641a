import GRPC

extension WorkloadEndpoint {
    /// Why nobody can be asked here, if so.
    package var failure: CredentialFailure? {
        switch self {
        case .at: nil
        case .notSet:
            CredentialFailure(endpoint: WorkloadEndpoint.variable, reason: .endpointNotSet)
        case .malformed(let value, let reason):
            CredentialFailure(endpoint: value, reason: .endpointMalformed(reason))
        }
    }
}
