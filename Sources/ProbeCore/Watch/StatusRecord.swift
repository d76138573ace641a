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
    private let start: Instant
    private(set) package var state: WatchState?
    private var since: Instant
    /// The last status that a server told.
    private(set) package var lastStatus: ServingStatus?
    private(set) package var changeCount = 0
    private var timeServing: Duration = .zero
    /// Of the named statuses, those that there have been. A server can make up as many numbers
    /// as it likes, and nobody can wait for them.
    private var hasBeen: [ServingStatus] = []
    private static let awaitable: [ServingStatus] = [
        .unknown, .serving, .notServing, .serviceUnknown,
    ]

    package init(start: Instant) {
        self.start = start
        since = start
    }

    /// Takes in what is known from `now` on. Returns what was before and for how long, or nil
    /// when it is no change.
    package mutating func enter(
        _ state: WatchState, at now: Instant
    ) -> (previous: WatchState?, held: Duration?)? {
        if case .status(let status) = state {
            lastStatus = status
            if Self.awaitable.contains(status), !hasBeen.contains(status) {
                hasBeen.append(status)
            }
        }
        if let current = self.state, current.isSame(as: state) { return nil }
        let previous = self.state
        let held = previous == nil ? nil : now.since(since)
        timeServing += servingTime(until: now)
        self.state = state
        since = now
        changeCount += 1
        return (previous, held)
    }

    /// Whether the service has ever had this status, which must have a name.
    package func hasBeen(_ status: ServingStatus) -> Bool {
        hasBeen.contains(status)
    }

    /// The share of the time until `now` in which the service was SERVING, from 0 to 1.
    package func servingShare(until now: Instant) -> Double {
        let whole = now.since(start).wholeNanoseconds
        guard whole > 0 else { return 0 }
        return Double((timeServing + servingTime(until: now)).wholeNanoseconds) / Double(whole)
    }

    private func servingTime(until now: Instant) -> Duration {
        state == .status(.serving) ? now.since(since) : .zero
    }
}
