import Basics
import Client
import Network

/// The connections of a target that is watched: the one that calls are made on, the one of a peer
/// that goes away, whose calls count until the new one speaks, and those that are being left.
struct WatchConnections {
    var current: WatchedConnection?
    var draining: WatchedConnection?
    private var leaving: [WatchedConnection] = []

    init() {}

    /// Nothing is held.
    var isEmpty: Bool { current == nil && draining == nil && leaving.isEmpty }

    /// Those that may still have news.
    var open: [WatchedConnection] { [current, draining].compactMap { $0 } }

    /// Whether the current connection has told a status of the service on a call that is open.
    func currentAnswers(_ service: Int) -> Bool { current?.grpc.isAnswering(service) ?? false }

    /// Whether something is still to be heard of the service: on an open call that has told a
    /// status, or from a Check that is not over.
    ///
    /// - Parameter polls: whether the calls are Checks that are repeated.
    func hear(of service: Int, polls: Bool) -> Bool {
        if currentAnswers(service) { return true }
        guard let draining = draining?.grpc else { return false }
        return polls ? draining.has(service) : draining.isAnswering(service)
    }

    /// Leaves a connection politely.
    mutating func leave(_ connection: WatchedConnection, now: Instant) {
        if connection === current { current = nil }
        if connection === draining { draining = nil }
        connection.leave(until: now.advanced(by: Limits.farewell))
        // One that had no connection yet is gone at once, and nobody would wake us for it.
        if !connection.grpc.isGone { leaving.append(connection) }
    }

    /// Goes on with leaving, as far as it can without waiting.
    mutating func advanceLeaving(_ poller: Poller, now: Instant) {
        guard !leaving.isEmpty else { return }
        for connection in leaving { connection.grpc.advance(poller, now: now) { _ in } }
        leaving.removeAll { $0.grpc.isGone }
    }

    /// Writes what there is to say, before the next wait.
    func flush() {
        current?.grpc.flush()
        draining?.grpc.flush()
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        (open + leaving).reduce(nil) { earliest($0, $1.grpc.register(in: poller, now: now)) }
    }
}
