import Basics
import HTTP2
import Network
import Outcome
import Plan
import TLS

/// One connection to a target, from the name to the last byte: resolve, connect, TLS, HTTP/2,
/// leave. It moves bytes between the socket and the session and knows nothing of calls.
///
///         .----- the next address ----.
///         v             |             |
///     dialing -> [securing] -> greeting -> open -> leaving -> gone
final class Connection {
    /// What the owner has to know.
    enum Event {
        case resolved
        case connected(EndpointAddress)
        /// The TLS handshake is done.
        case secured(TLSSummary)
        /// Requests may be submitted; they leave together with the connection preface.
        case open
        /// The session is no more, and no peer has proved to be one: requests that were submitted
        /// have to be submitted again, to whoever listens at the next address.
        case movedOn
        /// The peer's SETTINGS are there: this is an HTTP/2 server.
        case ready
        case http2(HTTP2Event)
        /// Nothing more will come.
        case failed(Failure)
    }

    private enum Stage {
        case dialing
        case securing(Transport)
        case greeting(Transport)
        case open(Transport)
        case leaving(Transport, until: Instant)
        case gone
    }

    /// What TLS is spoken with, and who has to be at the other end.
    struct Security {
        let context: TLSContext
        let name: ServerName
    }

    private let security: Security?
    private let journal: Journal
    private let traces: Bool
    private let staysLong: Bool
    private var stage = Stage.dialing
    private var dialer: Dialer
    /// What the peer said with its last GOAWAY: the better reason when the connection ends.
    private(set) var goAway: Cause?

    /// Starts at the first step that the target needs.
    ///
    /// - Parameters:
    ///   - security: nil for plaintext.
    ///   - traces: whether the frames are noted in the journal.
    ///   - staysLong: whether the kernel shall find out when the peer is dead.
    init(
        to target: Target, _ security: Security?, _ journal: Journal, traces: Bool, staysLong: Bool
    ) {
        self.security = security
        self.journal = journal
        self.traces = traces
        self.staysLong = staysLong
        dialer = Dialer(target, journal)
    }

    var isGone: Bool {
        if case .gone = stage { true } else { false }
    }

    /// Whether there will be a session, if all goes well.
    var isBeingMade: Bool {
        switch stage {
        case .dialing, .securing: true
        case .greeting, .open, .leaving, .gone: false
        }
    }

    /// The phase that a limit would end now.
    var phase: Phase {
        switch stage {
        case .dialing: dialer.phase
        case .securing: .tls
        case .greeting: .http2
        case .open, .leaving, .gone: .rpc
        }
    }

    /// What it means for a connection that is not ready yet that its time is up.
    func failure(at limit: Limit) -> Failure {
        dialer.failure ?? Failure(phase: phase, cause: .timedOut(limit))
    }

    /// Whether the peer was heard of since the last call.
    func takeHasRead() -> Bool {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.takeHasRead()
        case .dialing, .securing, .leaving, .gone: false
        }
    }

    /// The session, once there is a connection.
    var session: HTTP2Session? {
        switch stage {
        case .greeting(let transport), .open(let transport): transport.session
        case .dialing, .securing, .leaving, .gone: nil
        }
    }

    // MARK: - Steps

    /// Goes as far as it can without waiting; `take` gets what happened, in that order.
    func advance(_ poller: Poller, now: Instant, _ take: (Event) -> Void) {
        switch stage {
        case .dialing: dial(poller, now: now, take)
        case .securing(let transport): secure(transport, poller, now: now, take)
        case .greeting(let transport), .open(let transport):
            exchange(transport, poller, now: now, take)
        case .leaving(let transport, let until):
            let peerHasLeft = transport.drain(poller)
            guard peerHasLeft || until <= now else { return }
            journal.note(.closed(byPeerToo: peerHasLeft))
            stage = .gone
        case .gone: break
        }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        switch stage {
        case .dialing: dialer.register(in: poller, now: now)
        case .securing(let transport), .greeting(let transport), .open(let transport):
            transport.register(in: poller, now: now)
        case .leaving(let transport, let until):
            earliest(transport.register(in: poller, now: now), until)
        case .gone: nil
        }
    }

    /// Writes what the session has to say, before the next wait.
    func flush() {
        switch stage {
        case .greeting(let transport), .open(let transport):
            transport.flush()
            transport.acknowledge()
        case .dialing, .securing, .leaving, .gone: break
        }
    }

    private func dial(_ poller: Poller, now: Instant, _ take: (Event) -> Void) {
        while case .dialing = stage {
            switch dialer.advance(poller, now: now) {
            case .wait: return
            case .resolved: take(.resolved)
            case .failed(let failure): end(failure, now: now, take)
            case .connected(let stream, let address):
                if staysLong { stream.detectDeadPeer() }
                take(.connected(address))
                open(stream, poller, now: now, take)
            }
        }
    }

    private func open(
        _ stream: ByteStream, _ poller: Poller, now: Instant, _ take: (Event) -> Void
    ) {
        let session: HTTP2Session
        do throws(HTTP2Error) {
            session = try HTTP2Session(role: .client, traces: traces)
        } catch {
            return fail(.http2, .ownFault(OwnFault(error)), poller, now: now, take)
        }
        guard let security else {
            stage = .greeting(Transport(stream, session, nil))
            return take(.open)
        }
        guard let tls = TLSSession.make(security.context, to: security.name) else {
            return fail(.tls, .ownFault(.tls), poller, now: now, take)
        }
        let transport = Transport(stream, session, tls)
        stage = .securing(transport)
        secure(transport, poller, now: now, take)
    }

    private func secure(
        _ transport: Transport, _ poller: Poller, now: Instant, _ take: (Event) -> Void
    ) {
        switch transport.shakeHands(poller, now: now) {
        case .wait: break
        case .failed(let cause): fail(.tls, cause, poller, now: now, take)
        case .done(let summary):
            // The end of the handshake leaves with the requests, when the owner flushes.
            journal.note(.secured(summary))
            stage = .greeting(transport)
            take(.secured(summary))
            take(.open)
        }
    }

    /// Hands the session's events on, and then the end of the connection, if it came.
    private func exchange(
        _ transport: Transport, _ poller: Poller, now: Instant, _ take: (Event) -> Void
    ) {
        let end = transport.receive(poller, now: now)
        for event in transport.session.takeEvents() {
            switch event {
            case .frame(let frame): journal.note(.frame(frame))
            case .violation(let text):
                return fail(phase, .protocolViolation(text), poller, now: now, take)
            case .settings:
                guard case .greeting = stage else { continue }
                stage = .open(transport)
                journal.note(.settings)
                take(.ready)
            case .goAway(_, let code, let debugData):
                goAway = .goAway(code, debugData: debugData)
                take(.http2(event))
            default: take(.http2(event))
            }
        }
        guard let end else { return }
        if case .tls = end, case .greeting = stage {
            // A TLS 1.3 server rejects a client's certificate after the client has seen the
            // handshake through.
            fail(.tls, end, poller, now: now, take)
        } else if case .connectionLost = end, let goAway {
            fail(phase, goAway, poller, now: now, take)
        } else {
            fail(phase, end, poller, now: now, take)
        }
    }

    // MARK: - The end

    /// Ends the connection: politely where there is one, and waiting for the peer's end no
    /// longer than `until`.
    func leave(until: Instant) {
        switch stage {
        case .dialing, .securing: stage = .gone
        case .greeting(let transport), .open(let transport):
            transport.sayGoodbye()
            noteFrames(of: transport)
            stage = .leaving(transport, until: until)
        case .leaving(let transport, let earlier):
            stage = .leaving(transport, until: min(earlier, until))
        case .gone: break
        }
    }

    /// Tells of the frames of a session that nobody asks for events any more.
    private func noteFrames(of transport: Transport) {
        guard traces else { return }
        for case .frame(let frame) in transport.session.takeEvents() { journal.note(.frame(frame)) }
    }

    private func fail(
        _ phase: Phase, _ cause: Cause, _ poller: Poller, now: Instant, _ take: (Event) -> Void
    ) {
        let failure = Failure(phase: phase, cause: cause)
        switch stage {
        case .leaving, .gone: return
        case .open: end(failure, now: now, take)
        case .dialing, .securing, .greeting:
            guard dialer.goOn(after: failure) else { return end(failure, now: now, take) }
            // nghttp2's last words may say what was wrong.
            if case .greeting(let transport) = stage, transport.canSayGoodbye { transport.flush() }
            stage = .dialing
            take(.movedOn)
            // What has just begun has nothing to wait for.
            dial(poller, now: now, take)
        }
    }

    private func end(_ failure: Failure, now: Instant, _ take: (Event) -> Void) {
        switch stage {
        case .greeting(let transport) where transport.canSayGoodbye,
            .open(let transport) where transport.canSayGoodbye:
            // What is still to be said (nghttp2's GOAWAY names the broken rule) goes out, and
            // arrives: a socket that is closed on unread bytes would take it back.
            leave(until: now.advanced(by: Limits.farewell))
        default: stage = .gone
        }
        take(.failed(failure))
    }
}
