package import Basics
package import GRPC

/// What was learned about one service of one target.
package struct Observation: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case answered(ServingStatus)
        case failed(Failure)
    }

    package var service: String
    package var result: Result
    private var shared: Circumstances.Shared

    private var circumstances: Circumstances {
        get { shared.circumstances }
        set { shared = Circumstances.Shared(newValue) }
    }

    package var target: Target {
        get { circumstances.target }
        set { circumstances.target = newValue }
    }

    package var method: HealthMethod {
        get { circumstances.method }
        set { circumstances.method = newValue }
    }

    package var request: RequestTraits {
        get { circumstances.request }
        set { circumstances.request = newValue }
    }

    package var address: EndpointAddress? {
        get { circumstances.address }
        set { circumstances.address = newValue }
    }

    package var security: TransportSecurity {
        get { circumstances.security }
        set { circumstances.security = newValue }
    }

    package var timings: Timings {
        get { circumstances.timings }
        set { circumstances.timings = newValue }
    }

    package var wallTime: Int64 {
        get { circumstances.wallTime }
        set { circumstances.wallTime = newValue }
    }

    /// - Parameter shared: the same for all observations of one call.
    package init(service: String, result: Result, _ shared: Circumstances.Shared) {
        self.service = service
        self.result = result
        self.shared = shared
    }

    package init(
        target: Target, method: HealthMethod = .check, service: String,
        request: RequestTraits = RequestTraits(), address: EndpointAddress?,
        security: TransportSecurity = .plaintext, result: Result, timings: Timings,
        wallTime: Int64
    ) {
        self.init(
            service: service, result: result,
            Circumstances.Shared(
                Circumstances(
                    target: target, method: method, request: request, address: address,
                    security: security, timings: timings, wallTime: wallTime)))
    }

    package var failure: Failure? {
        if case .failed(let failure) = result { failure } else { nil }
    }
}

/// What the observations of one call have in common.
package struct Circumstances: Equatable, Sendable {
    package var target: Target
    /// The call that was made; what List reports is one observation for each service.
    package var method: HealthMethod
    package var request: RequestTraits
    /// The address that was connected to.
    package var address: EndpointAddress?
    package var security: TransportSecurity
    package var timings: Timings
    /// When the result was known, in nanoseconds since 1970-01-01T00:00:00Z.
    package var wallTime: Int64

    package init(
        target: Target, method: HealthMethod, request: RequestTraits, address: EndpointAddress?,
        security: TransportSecurity, timings: Timings, wallTime: Int64
    ) {
        self.target = target
        self.method = method
        self.request = request
        self.address = address
        self.security = security
        self.timings = timings
        self.wallTime = wallTime
    }

    /// One copy for all: what a server lists can be thousands of observations.
    package final class Shared: Equatable, Sendable {
        package let circumstances: Circumstances

        package init(_ circumstances: Circumstances) {
            self.circumstances = circumstances
        }

        package static func == (left: Shared, right: Shared) -> Bool {
            left === right || left.circumstances == right.circumstances
        }
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
