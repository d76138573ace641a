import HTTP2
import Network
import ProbeCore
import TLS

/// One connection to a target, from the name to the last byte: resolve, connect, TLS, HTTP/2,
/// leave. It moves bytes between the socket and the session and knows nothing of calls.
///
///                                     .------ next address -----.
///                                     v             |           |
///     [identifying] -> resolving -> connecting -> [securing] -> greeting -> open -> leaving
///            '-------------'------------'-------------'-------------'---------'--------'
///                                                                                      v
///                                                                                    gone
///
/// As in gRPC's own clients, an address whose server fails in TLS, or before its SETTINGS, is one
/// that does not answer: the next one is tried.
final class Connection {
    /// What the owner has to know, in the order it happened.
    enum Event {
        /// There are SPIFFE credentials to connect with.
        case identified
        case resolved
        case connected(EndpointAddress)
        /// The TLS handshake is done.
        case secured(TLSSummary)
        /// Requests may be submitted; they leave together with the connection preface.
        case open
        /// The session is no more, and no peer has proved to be one: requests that were submitted
        /// have to be submitted again, to whoever listens at the next address.
        case passedOn
        /// The peer's SETTINGS are there: this is an HTTP/2 server.
        case ready
        case http2(HTTP2Event)
        /// Nothing more will come.
        case failed(Phase, Cause)
    }

    enum Stage {
        case identifying(CredentialSource)
        case resolving(Resolver)
        case connecting(Connector)
        case securing(Transport)
        case greeting(Transport)
        case open(Transport)
        case leaving(Transport, until: Instant)
        case gone
    }

    /// Who has to be at the other end of a TLS connection.
    struct SecuredPeer {
        let source: TLSSource
        let name: ServerName
    }

    private let target: Target
    let securedPeer: SecuredPeer?
    let journal: Journal
    let traces: Bool
    let staysLong: Bool
    var stage: Stage
    /// What TLS is spoken with; nil while that is not known, and for plaintext.
    var context: TLSContext?
    /// When credentials were first asked for.
    var identifyingSince: Instant?
    /// Where we are connected to, and where else the target might be, while it is not known who
    /// listens there.
    var arrival: (address: EndpointAddress, others: [EndpointAddress])?
    /// Knows of some of the target's addresses, and may find others if those do not answer.
    var unfinished: Resolver?
    /// What became of the addresses that were known before others were looked for.
    var failureBefore: Failure?
    /// What the server at the last address did wrong; it says more than that the others refuse.
    var lastHandshake: Failure?
    /// What the peer said with its last GOAWAY: the better reason when the connection ends.
    var goAway: Cause?
    var events: [Event] = []

    /// Starts at the first step that the target needs.
    ///
    /// - Parameters:
    ///   - securedPeer: nil for plaintext.
    ///   - staysLong: whether the kernel shall find out when the peer is dead.
    init(
        to target: Target, _ securedPeer: SecuredPeer?, journal: Journal, traces: Bool,
        staysLong: Bool = false
    ) {
        self.target = target
        self.securedPeer = securedPeer
        self.journal = journal
        self.traces = traces
        self.staysLong = staysLong
        stage = .gone
        switch securedPeer?.source {
        case .spiffe(let source): stage = .identifying(source)
        case .fixed(let context):
            self.context = context
            begin()
        case nil: begin()
        }
    }

    func begin() {
        switch target.endpoint {
        case .addresses(let addresses):
            connect(to: addresses)
        case .name(let name, let port, let server):
            journal.note(.lookingUp(name))
            do throws(Cause) {
                stage = .resolving(try Resolver.start(name, port: port, server: server))
            } catch {
                events.append(.failed(.resolve, error))
            }
        }
    }

    var isGone: Bool {
        if case .gone = stage { true } else { false }
    }

    /// Whether there will be a session, if all goes well.
    var isBeingMade: Bool {
        switch stage {
        case .identifying, .resolving, .connecting, .securing: true
        case .greeting, .open, .leaving, .gone: false
        }
    }

    /// The phase that a limit would end now.
    var phase: Phase {
        switch stage {
        case .identifying: .spiffe
        case .resolving: .resolve
        case .connecting: .connect
        case .securing: .tls
        case .greeting: .http2
        case .open, .leaving, .gone: .rpc
        }
    }

    /// What it means for a connection that is not ready yet that its time is up.
    func failure(at limit: Limit) -> Failure {
        if let known = lastHandshake ?? failureBefore { return known }
        if case .resolving(let resolver) = stage, let cause = resolver.failure {
            return Failure(phase: .resolve, cause: cause)
        }
        return Failure(phase: phase, cause: .timedOut(limit))
    }

    /// Whether the peer was heard of since the last call.
    func takeHasRead() -> Bool {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.takeHasRead()
        case .identifying, .resolving, .connecting, .securing, .leaving, .gone: false
        }
    }

    /// The session, once there is a connection.
    var session: HTTP2Session? {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.session
        case .identifying, .resolving, .connecting, .securing, .leaving, .gone: nil
        }
    }

    /// Goes as far as it can without waiting and returns what happened.
    func advance(_ poller: Poller, now: Instant) -> [Event] {
        step(poller, now: now)
        let happened = events
        events = []
        return happened
    }

    func step(_ poller: Poller, now: Instant) {
        switch stage {
        case .identifying(let source): identify(source, poller, now: now)
        case .resolving(let resolver): resolve(resolver, poller, now: now)
        case .connecting(let connector): connect(connector, poller, now: now)
        case .securing(let transport): secure(transport, poller, now: now)
        case .greeting(let transport): greet(transport, poller, now: now)
        case .open(let transport): exchange(transport, poller, now: now)
        case .leaving(let transport, let until): leave(transport, until: until, poller, now: now)
        case .gone: break
        }
        // At once: a connector that has not begun has nothing to wait for.
        if case .connecting(let connector) = stage, !connector.hasBegun {
            step(poller, now: now)
        }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        // What went wrong in `flush`.
        guard events.isEmpty else { return now }
        switch stage {
        case .resolving(let resolver):
            return resolver.register(in: poller, now: now)
        case .connecting(let connector):
            return connector.register(in: poller)
        case .securing(let transport), .greeting(let transport):
            transport.register(in: poller)
            return transport.hasUnreadPlaintext ? now : transport.greetingEnd
        case .open(let transport):
            transport.register(in: poller)
            return nil
        case .leaving(let transport, let until):
            transport.register(in: poller)
            return until
        case .identifying(let source):
            return source.hasAnswer(since: identifyingSince ?? now) ? now : nil
        case .gone:
            return nil
        }
    }

    /// Writes what the session has to say, before the next wait.
    func flush(now: Instant) {
        switch stage {
        case .greeting(let transport), .open(let transport):
            transport.flush()
            transport.acknowledge()
            if let fault = transport.fault { fail(phase, .ownFault(fault), now: now) }
        case .identifying, .resolving, .connecting, .securing, .leaving, .gone: break
        }
    }

    /// Ends the connection: politely where there is one, and waiting for the peer's end no
    /// longer than `until`.
    func leave(until: Instant) {
        switch stage {
        case .identifying, .resolving, .connecting, .securing: stage = .gone
        case .greeting(let transport), .open(let transport):
            transport.sayGoodbye()
            noteFrames(of: transport)
            stage = .leaving(transport, until: until)
        case .leaving(let transport, let earlier):
            stage = .leaving(transport, until: min(earlier, until))
        case .gone: break
        }
    }
}
