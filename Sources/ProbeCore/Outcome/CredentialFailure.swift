/// Why there are no SPIFFE credentials.
package struct CredentialFailure: Equatable, Sendable {
    package indirect enum Reason: Equatable, Sendable {
        /// Nobody says where the Workload API is.
        case endpointNotSet
        /// What is said is no endpoint, and why.
        case endpointMalformed(String)
        /// It could not be asked.
        case call(Failure)
        /// Its answer cannot be used.
        case answer(SVIDError)
    }

    /// `SPIFFE_ENDPOINT_SOCKET` as it is spelled; the variable's name where it is not set.
    package var endpoint: String
    package var reason: Reason

    package init(endpoint: String, reason: Reason) {
        self.endpoint = endpoint
        self.reason = reason
    }
}

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

extension CredentialFailure {
    /// Who is to blame.
    var initiator: Initiator {
        switch reason {
        case .endpointNotSet, .endpointMalformed: .probe
        case .call(let failure): failure.cause.initiator
        case .answer: .peer
        }
    }

    /// Whether waiting alone has seldom mended it. An agent that knows nothing of a process may
    /// yet be told: that takes a while (SPIFFE_Workload_Endpoint.md section 6).
    var seldomMends: Bool {
        switch reason {
        case .endpointNotSet, .endpointMalformed, .answer: true
        case .call(let failure):
            failure.cause.seldomMends && failure.cause.statusCode != .permissionDenied
        }
    }

    /// A stable word for programs that read JSON.
    var word: String {
        switch reason {
        case .endpointNotSet: "spiffe_endpoint_not_set"
        case .endpointMalformed: "spiffe_endpoint_malformed"
        case .call(let failure): failure.cause.word
        case .answer: "spiffe_answer"
        }
    }
}
