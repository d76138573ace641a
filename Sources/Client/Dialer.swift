import Basics
import Network
import Outcome

/// Finds somebody who listens at a target: looks its name up, connects to its addresses, and goes
/// on with those that are left when told that whoever listened was of no use.
///
///     [resolving] -> connecting -> connected
///          ^             |  ^          |
///          '-- no more --'  '-- next --'
///
/// As in gRPC's own clients, an address whose server fails in TLS, or before its SETTINGS, is one
/// that does not answer.
struct Dialer {
    enum Progress {
        case wait
        /// The name is known to have addresses.
        case resolved
        case connected(ByteStream, EndpointAddress)
        /// There is no address left to try.
        case failed(Failure)
    }

    private enum Stage {
        case resolving(Resolver)
        case connecting(Connector)
        /// Somebody listens here; the others are not tried as long as that is enough.
        case connected(EndpointAddress, others: [EndpointAddress])
        case failed(Failure)
    }

    private let journal: Journal
    private var stage: Stage
    /// Knows of some of the target's addresses, and may find others if those do not answer.
    private var unfinished: Resolver?
    /// What became of the addresses that were known before others were looked for.
    private var failureBefore: Failure?
    /// What the server at the last address did wrong; it says more than that the others refuse.
    private var rejection: Failure?

    init(_ target: Target, _ journal: Journal) {
        self.journal = journal
        switch target.endpoint {
        case .addresses(let addresses):
            stage = Dialer.connecting(to: addresses, journal)
        case .name(let name, let port, let server):
            journal.note(.lookingUp(name))
            do throws(Cause) {
                stage = .resolving(try Resolver.start(name, port: port, server: server))
            } catch {
                stage = .failed(Failure(phase: .resolve, cause: error))
            }
        }
    }

    private static func connecting(to addresses: [EndpointAddress], _ journal: Journal) -> Stage {
        journal.note(.connecting(addresses))
        return .connecting(Connector(addresses: addresses))
    }

    /// The phase that a limit would end now.
    var phase: Phase {
        switch stage {
        case .resolving: .resolve
        case .connecting, .connected: .connect
        case .failed(let failure): failure.phase
        }
    }

    /// What is known to have gone wrong while nothing has gone well yet.
    var failure: Failure? {
        if let known = rejection ?? failureBefore { return known }
        guard case .resolving(let resolver) = stage else { return nil }
        return resolver.failure.map { Failure(phase: .resolve, cause: $0) }
    }

    // MARK: - Steps

    /// Goes as far as it can without waiting; after anything but `wait` it may be asked again.
    mutating func advance(_ poller: Poller, now: Instant) -> Progress {
        switch stage {
        case .resolving(let resolver): resolve(resolver, poller, now: now)
        case .connecting(let connector): connect(connector, poller, now: now)
        case .connected: .wait
        case .failed(let failure): .failed(failure)
        }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        switch stage {
        case .resolving(let resolver): resolver.register(in: poller, now: now)
        case .connecting(let connector): connector.register(in: poller)
        case .connected: nil
        case .failed: now
        }
    }

    private mutating func resolve(
        _ resolver: Resolver, _ poller: Poller, now: Instant
    ) -> Progress {
        switch resolver.advance(poller, now: now) {
        case .wait: return .wait
        case .failed(let cause): return giveUp(Failure(phase: .resolve, cause: cause))
        case .found(let addresses):
            if resolver.mayFindMore { unfinished = resolver }
            stage = Dialer.connecting(to: addresses, journal)
            // A connector that has not begun has nothing to wait for.
            return failureBefore == nil ? .resolved : advance(poller, now: now)
        }
    }

    private mutating func connect(
        _ connector: Connector, _ poller: Poller, now: Instant
    ) -> Progress {
        switch connector.advance(poller, now: now) {
        case .wait: return .wait
        case .connected(let stream, let address):
            journal.note(.connected(address))
            stage = .connected(address, others: connector.others)
            return .connected(stream, address)
        case .failed(let attempts):
            let failure = Failure(phase: .connect, cause: .unreachable(attempts))
            return lookForMore(after: failure) ? advance(poller, now: now) : giveUp(failure)
        }
    }

    /// Whoever listens at the last address is of no use: the addresses that are left are tried,
    /// if any, and then those that are still looked for.
    ///
    /// - Returns: whether there is anything left to try. If not, `advance` says what failed.
    mutating func goOn(after failure: Failure) -> Bool {
        guard case .connected(let address, let others) = stage else { return false }
        rejection = failure
        if !others.isEmpty {
            journal.note(.passing(address, failure))
            stage = Dialer.connecting(to: others, journal)
            return true
        }
        guard lookForMore(after: failure) else {
            _ = giveUp(failure)
            return false
        }
        journal.note(.passing(address, failure))
        return true
    }

    private mutating func lookForMore(after failure: Failure) -> Bool {
        guard let resolver = unfinished.take(), resolver.mayFindMore else { return false }
        failureBefore = failure
        resolver.findMore()
        stage = .resolving(resolver)
        return true
    }

    private mutating func giveUp(_ failure: Failure) -> Progress {
        let told = rejection ?? failureBefore.map { $0.joined(with: failure) } ?? failure
        stage = .failed(told)
        return .failed(told)
    }
}

extension Failure {
    /// What all addresses of a name did, where it took two steps to find them; that no others
    /// were found adds nothing.
    fileprivate func joined(with later: Failure) -> Failure {
        guard case .unreachable(let first) = cause, case .unreachable(let second) = later.cause
        else { return self }
        return Failure(phase: phase, cause: .unreachable(first + second))
    }
}
