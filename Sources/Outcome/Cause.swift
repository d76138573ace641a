package import Basics
package import GRPC

/// Why a check has no answer. One case for each thing that can be told apart; what follows from
/// a cause (its gRPC code, who ended it, its words) is computed from it, never stored beside it.
package enum Cause: Error, Equatable, Sendable {
    // spiffe
    /// There are no credentials to connect with.
    case noCredentials(CredentialFailure)

    // resolve
    /// The name servers say that there is no such name.
    case nameNotFound
    /// The name exists, but has neither an IPv4 nor an IPv6 address.
    case nameWithoutAddress
    /// The name servers could not be asked; the text says why.
    case nameServer(String)

    // connect
    /// Every address was tried and none could be connected to.
    case unreachable([AttemptFailure])

    // any phase
    /// Nothing came within the limit.
    case timedOut(Limit)
    /// The server takes no more calls at a time than were open, and none of those ended within the
    /// limit.
    case noTurn(Limit)
    /// This program could not do its part.
    case ownFault(OwnFault)

    // tls, and as an alert in any later phase
    /// There is no TLS connection, or no more.
    case tls(TLSFailure)

    // http2: before the server's SETTINGS
    /// The peer speaks something else.
    case notHTTP2(Greeting)

    // http2 and rpc
    /// The connection ended: the peer closed it, or it broke.
    case connectionLost(ConnectionLoss)
    /// The peer broke HTTP/2's rules; the text names the rule.
    case protocolViolation(String)
    /// The peer said GOAWAY and did not, or will not, process the call.
    case goAway(HTTP2ErrorCode, debugData: [UInt8])

    // rpc
    /// The server answered with a status of its own that is not OK.
    case refused(GRPCStatus)
    /// The response is not gRPC.
    case notGRPC(HTTPAnswer)
    /// The stream ended by RST_STREAM.
    case streamReset(HTTP2ErrorCode)
    /// The response broke a rule of gRPC over HTTP/2.
    case badResponse(BadResponse)
}

/// Why there is no answer: the phase and the cause; everything else follows from these.
package struct Failure: Equatable, Sendable {
    package var phase: Phase
    package var cause: Cause

    package init(phase: Phase, cause: Cause) {
        self.phase = phase
        self.cause = cause
    }
}

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

/// The limit that a wait ran into.
package enum Limit: Equatable, Sendable {
    case connectTimeout(Duration)
    case rpcTimeout(Duration)
    case runTimeout(Duration)
    /// The limit of `-wait`.
    case wait(Duration)
    /// A PING was not answered.
    case keepalive(Duration)

    package var duration: Duration {
        switch self {
        case .connectTimeout(let duration), .rpcTimeout(let duration), .runTimeout(let duration),
            .wait(let duration), .keepalive(let duration):
            duration
        }
    }
}

/// What this program could not do, whatever the server does.
package enum OwnFault: Equatable, Sendable {
    case outOfMemory
    /// nghttp2 does not build the request; its words.
    case request(String)
    /// nghttp2 does not go on; its words.
    case http2(String)
    /// OpenSSL makes no connection to a server of this name.
    case tls
}

/// What became of one address.
package struct AttemptFailure: Equatable, Sendable {
    package var address: EndpointAddress
    package var error: SystemErrorNumber

    package init(address: EndpointAddress, error: SystemErrorNumber) {
        self.address = address
        self.error = error
    }
}

/// How a connection ended without HTTP/2 saying so.
package enum ConnectionLoss: Equatable, Sendable {
    /// End of file.
    case closed
    /// The socket failed, most often with "connection reset by peer".
    case broken(SystemErrorNumber)
}
