package import GRPC

extension Cause {
    /// The gRPC status code of a call that ended so: the server's own, or the one the
    /// specification tells a client to make (doc/statuscodes.md; PROTOCOL-HTTP2.md, "Errors").
    package var statusCode: GRPCStatusCode {
        switch self {
        case .noCredentials, .nameNotFound, .nameWithoutAddress, .nameServer, .unreachable, .tls,
            .notHTTP2, .connectionLost, .protocolViolation, .goAway:
            .unavailable
        // A dead connection, not a late call (PROTOCOL-HTTP2.md, "PING Frame").
        case .timedOut(.keepalive): .unavailable
        case .timedOut, .noTurn: .deadlineExceeded
        case .ownFault(.outOfMemory): .resourceExhausted
        case .ownFault: .internal
        case .refused(let status): status.code
        case .notGRPC(let answer): .from(httpStatus: answer.status)
        case .streamReset(let code): .from(reset: code)
        case .badResponse(let rule): rule.statusCode
        }
    }

    /// Who ended the call.
    package var initiator: Initiator {
        switch self {
        case .noCredentials(let failure): failure.initiator
        case .nameNotFound, .nameWithoutAddress, .nameServer: .network
        case .unreachable, .connectionLost(.broken): .network
        case .timedOut, .noTurn: .clock
        // The server would have gone on.
        case .tls(.certificate), .tls(.noALPN), .ownFault: .probe
        case .tls: .peer
        case .notHTTP2, .connectionLost(.closed), .protocolViolation, .goAway, .refused,
            .notGRPC, .streamReset:
            .peer
        case .badResponse(.headersTooLarge), .badResponse(.message(.tooLarge)),
            .badResponse(.message(.noRoom)), .badResponse(.inflatedTooLarge),
            .badResponse(.message(.unsupportedEncoding)), .badResponse(.listTooLong),
            .badResponse(.noMemory):
            .probe
        case .badResponse: .peer
        }
    }

    /// Whether this looks like a mistake in the command line or the server's set-up, which somebody
    /// has to correct: waiting alone will hardly help.
    package var needsIntervention: Bool {
        switch self {
        case .noCredentials(let failure): failure.needsIntervention
        case .notHTTP2, .tls, .badResponse: true
        // A proxy says 502 or 503 of a server that is only starting.
        case .notGRPC: statusCode != .unavailable
        case .refused(let status):
            status.code == .unimplemented || status.code == .unauthenticated
                || status.code == .permissionDenied
        default: false
        }
    }

    /// The limit that has ended the wait, where one has.
    package var limit: Limit? {
        switch self {
        case .timedOut(let limit), .noTurn(let limit): limit
        default: nil
        }
    }

    /// The server's own status, where it sent one.
    package var serverStatus: GRPCStatus? {
        if case .refused(let status) = self { status } else { nil }
    }

    /// The HTTP status, where it is not the 200 that gRPC always has.
    package var httpStatus: Int? {
        switch self {
        case .notGRPC(let answer): answer.status
        case .refused(let status): status.httpStatus
        default: nil
        }
    }

    /// A stable word for programs that read JSON.
    package var word: String {
        switch self {
        case .noCredentials(let failure): failure.word
        case .nameNotFound: "name_not_found"
        case .nameWithoutAddress: "name_without_address"
        case .nameServer: "name_server"
        case .unreachable(let attempts): attempts.first?.error.word ?? "unreachable"
        case .timedOut, .noTurn: "timeout"
        case .ownFault(.outOfMemory): "out_of_memory"
        case .ownFault: "internal_error"
        case .tls(let failure): failure.word
        case .notHTTP2: "not_http2"
        case .connectionLost(.closed): "connection_closed"
        case .connectionLost(.broken): "connection_broken"
        case .protocolViolation: "protocol_violation"
        case .goAway: "goaway"
        case .refused: "status"
        case .notGRPC: "not_grpc"
        case .streamReset: "stream_reset"
        case .badResponse: "bad_response"
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

    /// Whether somebody has to do something about it. An agent that knows nothing of a process may
    /// yet be told: that takes a while (SPIFFE_Workload_Endpoint.md section 6).
    var needsIntervention: Bool {
        switch reason {
        case .endpointNotSet, .endpointMalformed, .answer: true
        case .call(let failure):
            failure.cause.needsIntervention && failure.cause.statusCode != .permissionDenied
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

extension TLSFailure {
    fileprivate var word: String {
        switch self {
        case .certificate(let flaw): flaw.word
        case .alert: "tls_alert"
        case .clientCertificateRequired: "client_certificate_required"
        case .clientCertificateRejected: "client_certificate_rejected"
        case .noCommonVersion: "tls_version"
        case .noALPN: "no_alpn"
        case .notTLS: "not_tls"
        case .violation, .laterViolation: "tls_violation"
        }
    }
}

extension CertificateFlaw {
    fileprivate var word: String {
        switch self {
        case .wrongName: "certificate_name"
        case .expired: "certificate_expired"
        case .notYetValid: "certificate_not_yet_valid"
        case .selfSigned: "certificate_self_signed"
        case .unknownIssuer: "certificate_issuer_unknown"
        case .missingIssuer: "certificate_issuer_missing"
        case .nothingTrusted: "no_trusted_certificates"
        case .badSignature: "certificate_signature"
        case .wrongKeyIdentifier: "certificate_key_identifier"
        case .malformed: "certificate_malformed"
        case .notAuthority, .mayNotSign: "certificate_issuer_no_authority"
        case .identity(.noID): "spiffe_id_missing"
        case .identity(.unexpected): "spiffe_id_unexpected"
        case .identity(.foreign): "spiffe_trust_domain_unknown"
        case .identity(.untrusted), .identity(.unusableBundle): "spiffe_issuer_unknown"
        case .identity: "spiffe_id_bad"
        case .wrongPurpose: "certificate_purpose"
        case .wrongKeyUsage: "certificate_key_usage"
        case .unacceptable: "certificate_unacceptable"
        }
    }
}

/// Who ended a check that has no answer; the words are interface (JSON).
package enum Initiator: Equatable, Sendable {
    case peer
    case network
    case clock
    case probe

    package var word: String {
        switch self {
        case .peer: "peer"
        case .network: "network"
        case .clock: "clock"
        case .probe: "probe"
        }
    }
}
