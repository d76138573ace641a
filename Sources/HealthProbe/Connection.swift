import HTTP2
import Network
import ProbeCore
import TLS

/// One connection to a target, from the name to the last byte: resolve, connect, TLS, HTTP/2,
/// leave. It moves bytes between the socket and the session and knows nothing of calls.
///
///     resolving -> connecting -> [securing] -> greeting -> open -> leaving -> gone
///         '------------'-------------'-------------'---------'----------------^
///                              (failed)
final class Connection {
    /// What the owner has to know, in the order it happened.
    enum Event {
        case resolved
        case connected(EndpointAddress)
        /// The TLS handshake is done.
        case secured(TLSSummary)
        /// Requests may be submitted; they leave together with the connection preface.
        case open
        /// The peer's SETTINGS are there: this is an HTTP/2 server.
        case ready
        case http2(HTTP2Event)
        /// Nothing more will come.
        case failed(Phase, Cause)
    }

    private enum Stage {
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
        let context: TLSContext
        let name: ServerName
    }

    private let target: Target
    private let securedPeer: SecuredPeer?
    private let journal: Journal
    private let traces: Bool
    private let staysLong: Bool
    private var stage: Stage
    private var events: [Event] = []

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
        case .securing: .tls
        case .greeting: .http2
        case .open, .leaving, .gone: .rpc
        }
    }

    /// Whether the peer was heard of since the last call.
    func takeHasRead() -> Bool {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.takeHasRead()
        case .resolving, .connecting, .securing, .leaving, .gone: false
        }
    }

    /// The session, once there is a connection.
    var session: HTTP2Session? {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.session
        case .resolving, .connecting, .securing, .leaving, .gone: nil
        }
    }

    /// Goes as far as it can without waiting and returns what happened.
    func advance(_ poller: Poller, now: Instant) -> [Event] {
        switch stage {
        case .resolving(let resolver): resolve(resolver, poller, now: now)
        case .connecting(let connector): connect(connector, poller, now: now)
        case .securing(let transport): secure(transport, poller, now: now)
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
        case .securing(let transport), .greeting(let transport):
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
        case .resolving, .connecting, .securing, .leaving, .gone: break
        }
    }

    /// Ends the connection: politely where there is one, and waiting for the peer's end no
    /// longer than `until`.
    func leave(until: Instant) {
        switch stage {
        case .resolving, .connecting, .securing: stage = .gone
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
            events.append(.connected(address))
            open(stream, poller, now: now)
        }
    }

    private func open(_ stream: ByteStream, _ poller: Poller, now: Instant) {
        let session: HTTP2Session
        do throws(HTTP2Error) {
            session = try HTTP2Session(role: .client, traces: traces)
        } catch {
            fail(.http2, .protocolViolation(error.text))
            return
        }
        guard let securedPeer else {
            stage = .greeting(Transport(stream, session, nil))
            events.append(.open)
            return
        }
        guard let tls = TLSSession.make(securedPeer.context, to: securedPeer.name) else {
            fail(.tls, .tls(.violation("no connection to this name can be prepared")))
            return
        }
        let transport = Transport(stream, session, tls)
        stage = .securing(transport)
        secure(transport, poller, now: now)
    }

    private func secure(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.shakeHands(poller)
        if transport.isForeign {
            recognize(transport, now: now)
            return
        }
        switch outcome {
        case .wait: break
        case .failed(let cause): fail(.tls, cause)
        case .done(let summary):
            journal.note(.secured(summary))
            stage = .greeting(transport)
            events += [.secured(summary), .open]
            // What came with the end of the handshake may be the beginning of HTTP/2.
            greet(transport, poller, now: now)
        }
    }

    /// Waits for more of what a foreign peer says first, within reason, and fails with it: it
    /// says what the peer is.
    private func recognize(_ transport: Transport, now: Instant, isOver: Bool = false) {
        let greeting = Greeting(bytes: transport.greeting)
        guard greeting.isWhole || isOver || transport.greetingIsOver(now: now) else { return }
        if case .securing = stage {
            fail(.tls, .tls(.notTLS(greeting)))
        } else {
            fail(.http2, .notHTTP2(greeting))
        }
    }

    private func greet(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.receive(poller)
        if transport.isForeign {
            recognize(transport, now: now, isOver: outcome != nil)
        } else {
            pass(on: transport, outcome)
        }
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
        guard let outcome else { return }
        // A TLS 1.3 server rejects a client's certificate after the client has seen the
        // handshake through.
        if case .tls = outcome, case .greeting = stage {
            fail(.tls, outcome)
        } else {
            fail(phase, outcome)
        }
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
        // What is still to be said (nghttp2's GOAWAY names the broken rule) goes out first.
        switch stage {
        case .greeting(let transport) where !transport.isForeign: transport.flush()
        case .open(let transport): transport.flush()
        default: break
        }
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
