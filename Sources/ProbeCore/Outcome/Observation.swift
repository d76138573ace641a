/// What was learned about one service of one target.
package struct Observation: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case answered(ServingStatus)
        case failed(Failure)
    }

    package var target: Target
    /// The call that was made; what List reports is one observation for each service.
    package var method: HealthMethod
    package var service: String
    /// Whether the request was compressed: a server may refuse it for that alone.
    package var compresses: Bool
    /// The address that was connected to.
    package var address: EndpointAddress?
    package var security: TransportSecurity
    package var result: Result
    package var timings: Timings
    /// When the result was known, in nanoseconds since 1970-01-01T00:00:00Z.
    package var wallTime: Int64

    package init(
        target: Target, method: HealthMethod = .check, service: String,
        compresses: Bool = false, address: EndpointAddress?,
        security: TransportSecurity = .plaintext, result: Result, timings: Timings,
        wallTime: Int64
    ) {
        self.target = target
        self.method = method
        self.service = service
        self.compresses = compresses
        self.address = address
        self.security = security
        self.result = result
        self.timings = timings
        self.wallTime = wallTime
    }

    package var failure: Failure? {
        if case .failed(let failure) = result { failure } else { nil }
    }
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

/// How long each phase took; nil for a phase that was not entered.
package struct Timings: Equatable, Sendable {
    /// Fetching SPIFFE credentials.
    package var spiffe: Duration?
    /// Name lookup.
    package var resolve: Duration?
    /// Until a socket was connected.
    package var connect: Duration?
    /// Until the TLS handshake was done.
    package var tls: Duration?
    /// Until the peer's SETTINGS were there.
    package var http2: Duration?
    /// From the request to the status. The request leaves together with our SETTINGS, so this
    /// runs side by side with `http2`.
    package var rpc: Duration?
    /// From the start of the run to the result.
    package var total: Duration = .zero

    package init() {}

    package var beforeHTTP2: Duration {
        (spiffe ?? .zero) + (resolve ?? .zero) + (connect ?? .zero) + (tls ?? .zero)
    }
}
