import Basics
import Client
import Network
import Outcome
import Plan

/// One connection of a watch, and what the watch has to remember of it.
final class WatchedConnection {
    let grpc: GRPCConnection
    /// Where it has led to.
    private(set) var address: EndpointAddress?
    var security: TransportSecurity
    /// Whether a call for any service has been answered.
    var hasAnswered = false
    /// How long the peer may be silent before it is asked with a PING; nil where it is not, or has
    /// said that it is asked too much.
    private var pingInterval: Duration?
    /// Where it takes a place: while it is made, or, where Checks are repeated, while it is open.
    private var places: ConnectionPlaces?

    /// - Parameter places: where the target has taken a place for it.
    init(
        to subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ watch: WatchPlan,
        keepalive: Duration?, in places: ConnectionPlaces, _ journal: Journal, now: Instant
    ) {
        let limits = CallLimits(
            toBeReady: Deadline(plan.limitToConnect, from: now), ofEachCall: plan.rpcTimeout)
        grpc = GRPCConnection(
            to: subject.target, asking: watch.method, plan, tls, limits,
            callCount: subject.services.count, keepalive: keepalive, staysLong: true, journal,
            now: now)
        security = plan.security
        pingInterval = keepalive
        self.places = places
    }

    /// When it was begun.
    var start: Instant { grpc.start }

    /// Whether it was of use for a while, whatever has come of it.
    func isOld(now: Instant) -> Bool { start.advanced(by: Limits.usefulConnection) <= now }

    /// The peer has had too many PINGs: how long it may be silent on the next connection. Nil where
    /// there are none, or the peer has said so before.
    func halvedPings() -> Duration? {
        defer { pingInterval = nil }
        return pingInterval?.doubled(atMost: Limits.keepaliveInterval)
    }

    /// - Parameter security: what is known before TLS.
    func connected(to address: EndpointAddress, _ security: TransportSecurity) {
        self.address = address
        self.security = security
    }

    /// Gives its place to others.
    func vacate() {
        places?.giveBack()
        places = nil
    }

    /// Says goodbye; a connection that is left has no news any more.
    func leave(until: Instant) {
        vacate()
        grpc.leave(until: until)
    }
}
