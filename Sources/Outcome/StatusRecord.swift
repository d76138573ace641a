package import Basics
package import GRPC

/// What a watch knows of one service at one moment.
package enum WatchState: Equatable, Sendable {
    case status(ServingStatus)
    /// Nothing is known any more, and why.
    case disconnected(Failure)

    /// Whether the two look the same to somebody who reads the changes: being disconnected for
    /// another reason is no news.
    package func isSame(as other: WatchState) -> Bool {
        switch (self, other) {
        case (.status(let one), .status(let two)): one == two
        case (.disconnected, .disconnected): true
        default: false
        }
    }
}

/// What a watch can be told to wait for (`-until`).
package enum AwaitedState: Equatable, Sendable {
    /// A status that has a name.
    case status(ServingStatus)
    case disconnected

    /// All of them, in the order in which a message lists them.
    package static let all: [AwaitedState] = [
        .status(.serving), .status(.notServing), .status(.unknown), .status(.serviceUnknown),
        .disconnected,
    ]

    package var name: String {
        switch self {
        case .status(let status): status.name
        case .disconnected: WatchState.nameOfDisconnected
        }
    }
}

/// A line of a watch.
package struct StatusChange: Equatable, Sendable {
    package var target: Target
    package var service: String
    package var address: EndpointAddress?
    package var security: TransportSecurity
    package var state: WatchState
    package var previous: WatchState?
    /// How long the previous state lasted.
    package var held: Duration?
    /// Counts the changes of this service, from 1.
    package var sequence: Int
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var wallTime: Int64

    package init(
        target: Target, service: String, address: EndpointAddress?,
        security: TransportSecurity = .plaintext, state: WatchState, previous: WatchState?,
        held: Duration?, sequence: Int, wallTime: Int64
    ) {
        self.target = target
        self.service = service
        self.address = address
        self.security = security
        self.state = state
        self.previous = previous
        self.held = held
        self.sequence = sequence
        self.wallTime = wallTime
    }
}

/// The history of one watched service, in constant space.
package struct StatusRecord: Equatable, Sendable {
    /// From when on anything was known, and since when the state is what it is.
    private struct Times: Equatable, Sendable {
        var first: Instant
        var latest: Instant
    }

    private(set) package var state: WatchState?
    private var times: Times?
    /// The last status that a server told.
    private(set) package var lastStatus: ServingStatus?
    /// How many states there have been, the first one included.
    private(set) package var stateCount = 0
    private var timeServing: Duration = .zero
    /// Of what can be waited for, what there has been. A server can make up as many numbers as it
    /// likes, and nobody can wait for them.
    private var hasBeen: [AwaitedState] = []

    package init() {}

    /// How often one state has followed another: the first one is no change.
    package var changeCount: Int { max(0, stateCount - 1) }

    /// Takes in what is known from `now` on. Returns what was before and for how long, or nil
    /// when it is no change.
    package mutating func enter(
        _ state: WatchState, at now: Instant
    ) -> (previous: WatchState?, held: Duration?)? {
        if case .status(let status) = state { lastStatus = status }
        if let awaited = state.awaited, !hasBeen.contains(awaited) { hasBeen.append(awaited) }
        if let current = self.state, current.isSame(as: state) { return nil }
        let previous = self.state
        let held = times.map { now.since($0.latest) }
        timeServing += servingTime(until: now)
        self.state = state
        times = Times(first: times?.first ?? now, latest: now)
        stateCount += 1
        return (previous, held)
    }

    /// Whether the service has ever been in this state.
    package func hasBeen(_ state: AwaitedState) -> Bool {
        hasBeen.contains(state)
    }

    /// The share of the time in which the service was SERVING, from 0 to 1: of the time from the
    /// first state, before which nothing was known, until `now`. In no time at all it is the state
    /// itself that counts.
    package func servingShare(until now: Instant) -> Double {
        guard let times else { return 0 }
        let whole = now.since(times.first).wholeNanoseconds
        guard whole > 0 else { return state == .status(.serving) ? 1 : 0 }
        let serving = (timeServing + servingTime(until: now)).wholeNanoseconds
        return min(1, max(0, Double(serving) / Double(whole)))
    }

    private func servingTime(until now: Instant) -> Duration {
        guard let times, state == .status(.serving) else { return .zero }
        return now.since(times.latest)
    }
}

extension WatchState {
    package static let nameOfDisconnected = "DISCONNECTED"

    /// The same as something to wait for; nil for a status that has no name.
    fileprivate var awaited: AwaitedState? {
        AwaitedState.all.first { candidate in
            switch (self, candidate) {
            case (.status(let one), .status(let two)): one == two
            case (.disconnected, .disconnected): true
            default: false
            }
        }
    }
}
