import HTTP2
import Network
import ProbeCore

/// One connection to a target, from the name to the last byte: resolve, connect, HTTP/2, leave.
/// It moves bytes between the socket and the session and knows nothing of calls.
///
///     resolving -> connecting -> greeting -> open -> leaving -> gone
///         '------------'------------'---------'----------------^
///                          (failed)
final class Connection {
    /// What the owner has to know, in the order it happened.
    enum Event {
        case resolved
        /// Requests may be submitted; they leave together with the connection preface.
        case connected(EndpointAddress)
        /// The peer's SETTINGS are there: this is an HTTP/2 server.
        case ready
        case http2(HTTP2Event)
        /// Nothing more will come.
        case failed(Phase, Cause)
    }

    private enum Stage {
        case resolving(Resolver)
        case connecting(Connector)
        case greeting(Transport)
        case open(Transport)
        case leaving(Transport, until: Instant)
        case gone
    }

    private let target: Target
    private let journal: Journal
    private let traces: Bool
    private let staysLong: Bool
    private var stage: Stage
    private var events: [Event] = []

    /// Starts at the first step that the target needs.
    ///
    /// - Parameter staysLong: whether the kernel shall find out when the peer is dead.
    init(to target: Target, journal: Journal, traces: Bool, staysLong: Bool = false) {
        self.target = target
        self.journal = journal
        self.traces = traces
        self.staysLong = staysLong
        stage = .gone
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

    /// The phase that a limit would end now.
    var phase: Phase {
        switch stage {
        case .resolving: .resolve
        case .connecting: .connect
        case .greeting: .http2
        case .open, .leaving, .gone: .rpc
        }
    }

    /// Whether the peer was heard of since the last call.
    func takeHasRead() -> Bool {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.takeHasRead()
        case .resolving, .connecting, .leaving, .gone: false
        }
    }

    /// The session, once there is a connection.
    var session: HTTP2Session? {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.session
        case .resolving, .connecting, .leaving, .gone: nil
        }
    }

    /// Goes as far as it can without waiting and returns what happened.
    func advance(_ poller: Poller, now: Instant) -> [Event] {
        switch stage {
        case .resolving(let resolver): resolve(resolver, poller, now: now)
        case .connecting(let connector): connect(connector, poller, now: now)
        case .greeting(let transport): greet(transport, poller, now: now)
        case .open(let transport): exchange(transport, poller)
        case .leaving(let transport, let until): leave(transport, until: until, poller, now: now)
        case .gone: break
        }
        let happened = events
        events = []
        return happened
    }

    /// Waits in `poller`; returns the duration or instant after which it wants to go on anyway.
    func register(in poller: Poller, now: Instant) -> Instant? {
        switch stage {
        case .resolving(let resolver):
            return resolver.register(in: poller).map { now.advanced(by: $0) }
        case .connecting(let connector):
            return connector.register(in: poller)
        case .greeting(let transport):
            transport.register(in: poller)
            return transport.greetingEnd
        case .open(let transport):
            transport.register(in: poller)
            return nil
        case .leaving(let transport, let until):
            transport.register(in: poller)
            return until
        case .gone:
            return nil
        }
    }

    /// Writes what the session has to say, before the next wait.
    func flush() {
        switch stage {
        case .greeting(let transport), .open(let transport):
            transport.flush()
            transport.acknowledge()
        case .resolving, .connecting, .leaving, .gone: break
        }
    }

    /// Ends the connection: politely where there is one, and waiting for the peer's end no
    /// longer than `until`.
    func leave(until: Instant) {
        switch stage {
        case .resolving, .connecting: stage = .gone
        case .greeting(let transport), .open(let transport):
            transport.sayGoodbye()
            stage = .leaving(transport, until: until)
        case .leaving, .gone: break
        }
    }

    // MARK: - Stages

    private func resolve(_ resolver: Resolver, _ poller: Poller, now: Instant) {
        switch resolver.advance(poller) {
        case .wait: break
        case .found(let addresses):
            events.append(.resolved)
            let connector = connect(to: addresses)
            // At once: a connector that has not begun has nothing to wait for.
            connect(connector, poller, now: now)
        case .failed(let cause):
            fail(.resolve, cause)
        }
    }

    @discardableResult
    private func connect(to addresses: [EndpointAddress]) -> Connector {
        journal.note(.connecting(addresses))
        let connector = Connector(addresses: addresses)
        stage = .connecting(connector)
        return connector
    }

    private func connect(_ connector: Connector, _ poller: Poller, now: Instant) {
        switch connector.advance(poller, now: now) {
        case .wait: break
        case .failed(let attempts):
            fail(.connect, .unreachable(attempts))
        case .connected(let stream, let address):
            journal.note(.connected(address))
            if staysLong { stream.detectDeadPeer() }
            do throws(HTTP2Error) {
                let session = try HTTP2Session(role: .client, traces: traces)
                stage = .greeting(Transport(stream, session))
                events.append(.connected(address))
            } catch {
                fail(.http2, .protocolViolation(error.text))
            }
        }
    }

    private func greet(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.receive(poller)
        if transport.isForeign {
            // Its first bytes are worth a moment: they say what it is.
            let isEnough = transport.hasWholeGreeting || outcome != nil
            if isEnough || transport.greetingIsOver(now: now) {
                fail(.http2, .notHTTP2(Greeting(bytes: transport.greeting)))
            }
            return
        }
        pass(on: transport, outcome)
    }

    private func exchange(_ transport: Transport, _ poller: Poller) {
        let outcome = transport.receive(poller)
        pass(on: transport, outcome)
    }

    /// Hands the session's events on, and then the end of the connection, if it came.
    private func pass(on transport: Transport, _ outcome: Cause?) {
        for event in transport.session.takeEvents() {
            switch event {
            case .frame(let frame): journal.note(.frame(frame))
            case .violation(let text): fail(phase, .protocolViolation(text))
            case .settings:
                guard case .greeting = stage else { continue }
                stage = .open(transport)
                journal.note(.settings)
                events.append(.ready)
            default: events.append(.http2(event))
            }
        }
        if let outcome { fail(phase, outcome) }
    }

    private func leave(
        _ transport: Transport, until: Instant, _ poller: Poller, now: Instant
    ) {
        let peerHasLeft = transport.drain(poller)
        guard peerHasLeft || until <= now else { return }
        journal.note(.closed(byPeerToo: peerHasLeft))
        stage = .gone
    }

    private func fail(_ phase: Phase, _ cause: Cause) {
        if case .gone = stage { return }
        events.append(.failed(phase, cause))
        // What nghttp2 still has to say (its GOAWAY names the broken rule) goes out first.
        if case .greeting(let transport) = stage, !transport.isForeign { transport.flush() }
        if case .open(let transport) = stage { transport.flush() }
        stage = .gone
    }
}

extension HTTP2Error {
    fileprivate var text: String {
        switch self {
        case .outOfMemory: "out of memory"
        case .library(let text): text
        }
    }
}
