package import Basics
import HTTP2
import Network
import Outcome
package import Plan
import TLS

/// A connection, and the wait for the SPIFFE credentials that it may need first.
///
///     waiting -> made
///        '--> gone
package final class PreparedConnection {
    enum Event {
        /// There are SPIFFE credentials to connect with.
        case identified
        case connection(Connection.Event)
    }

    /// Who has to be at the other end of a TLS connection, and what proves it.
    package struct Security {
        let source: TLSSource
        let name: ServerName

        package init(source: TLSSource, name: ServerName) {
            self.source = source
            self.name = name
        }
    }

    private enum Stage {
        case waiting(CredentialStore, since: Instant?)
        case made(Connection)
        /// No connection has been made, and none will be.
        case gone
    }

    private let target: Target
    private let journal: Journal
    private let traces: Bool
    private let staysLong: Bool
    private let name: ServerName?
    private var stage = Stage.gone

    /// - Parameter security: nil for plaintext.
    package init(
        to target: Target, _ security: Security?, _ journal: Journal, traces: Bool, staysLong: Bool
    ) {
        self.target = target
        self.journal = journal
        self.traces = traces
        self.staysLong = staysLong
        name = security?.name
        switch security?.source {
        case .spiffe(let store): stage = .waiting(store, since: nil)
        case .fixed(let context): stage = .made(connection(context))
        case nil: stage = .made(connection(nil))
        }
    }

    private func connection(_ context: TLSContext?) -> Connection {
        var security: Connection.Security?
        if let context, let name { security = Connection.Security(context: context, name: name) }
        return Connection(
            to: target, security, journal, traces: traces, staysLong: staysLong)
    }

    /// Goes as far as it can without waiting; `take` gets what happened, in that order.
    func advance(_ poller: Poller, now: Instant, _ take: (Event) -> Void) {
        if case .waiting(let store, let since) = stage {
            let start = since ?? now
            stage = .waiting(store, since: start)
            switch store.take(since: start) {
            case nil: return
            case .failed(let failure):
                stage = .gone
                take(
                    .connection(
                        .failed(Failure(phase: .spiffe, cause: .noCredentials(failure)))))
            case .had(let context):
                stage = .made(connection(context))
                take(.identified)
            }
        }
        guard case .made(let connection) = stage else { return }
        connection.advance(poller, now: now) { take(.connection($0)) }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        switch stage {
        case .waiting(let store, let since): store.hasAnswer(since: since ?? now) ? now : nil
        case .made(let connection): connection.register(in: poller, now: now)
        case .gone: nil
        }
    }

    /// Writes what the session has to say, before the next wait.
    func flush() { made?.flush() }

    /// Ends the connection: politely where there is one, and waiting for the peer's end no
    /// longer than `until`.
    func leave(until: Instant) {
        guard let made else { return stage = .gone }
        made.leave(until: until)
    }

    // MARK: - How things stand

    private var made: Connection? {
        if case .made(let connection) = stage { connection } else { nil }
    }

    var isGone: Bool {
        switch stage {
        case .waiting: false
        case .made(let connection): connection.isGone
        case .gone: true
        }
    }

    /// Whether there will be a session, if all goes well.
    var isBeingMade: Bool {
        switch stage {
        case .waiting: true
        case .made(let connection): connection.isBeingMade
        case .gone: false
        }
    }

    /// The phase that a limit would end now.
    var phase: Phase {
        switch stage {
        case .waiting: .spiffe
        case .made(let connection): connection.phase
        case .gone: .rpc
        }
    }

    /// What it means for a connection that is not ready yet that its time is up.
    func failure(at limit: Limit) -> Failure {
        made?.failure(at: limit) ?? Failure(phase: phase, cause: .timedOut(limit))
    }

    /// The session, once there is a connection.
    var session: HTTP2Session? { made?.session }

    /// Whether the peer was heard of since the last call.
    func takeHasRead() -> Bool { made?.takeHasRead() ?? false }

    /// What the peer said with its last GOAWAY.
    var goAway: Cause? { made?.goAway }
}
