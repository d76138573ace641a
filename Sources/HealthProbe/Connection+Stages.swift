import HTTP2
import Network
import ProbeCore
import TLS

/// What a connection does in each of its stages.
extension Connection {
    func identify(_ source: CredentialSource, _ poller: Poller, now: Instant) {
        let start = identifyingSince ?? now
        identifyingSince = start
        switch source.answer(since: start, now: now) {
        case .wait: break
        case .failed(let failure): fail(.spiffe, .noCredentials(failure), now: now)
        case .had(let context):
            self.context = context
            events.append(.identified)
            begin()
            // What has just begun has nothing to wait for.
            step(poller, now: now)
        }
    }

    func resolve(_ resolver: Resolver, _ poller: Poller, now: Instant) {
        switch resolver.advance(poller, now: now) {
        case .wait: break
        case .found(let addresses):
            if resolver.mayFindMore { unfinished = resolver }
            if failureBefore == nil { events.append(.resolved) }
            connect(to: addresses)
        case .failed(let cause):
            fail(.resolve, cause, now: now)
        }
    }

    func connect(to addresses: [EndpointAddress]) {
        journal.note(.connecting(addresses))
        stage = .connecting(Connector(addresses: addresses))
    }

    func connect(_ connector: Connector, _ poller: Poller, now: Instant) {
        switch connector.advance(poller, now: now) {
        case .wait: break
        case .failed(let attempts):
            fail(.connect, .unreachable(attempts), now: now)
        case .connected(let stream, let address):
            journal.note(.connected(address))
            arrival = (address, connector.others)
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
            fail(.http2, .ownFault(OwnFault(error)), now: now)
            return
        }
        guard let securedPeer else {
            stage = .greeting(Transport(stream, session, nil))
            events.append(.open)
            return
        }
        guard let context, let tls = TLSSession.make(context, to: securedPeer.name) else {
            fail(.tls, .ownFault(.tls), now: now)
            return
        }
        let transport = Transport(stream, session, tls)
        stage = .securing(transport)
        secure(transport, poller, now: now)
    }

    func secure(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.shakeHands(poller)
        if transport.isForeign {
            recognize(transport, now: now)
            return
        }
        switch outcome {
        case .wait: break
        case .failed(let cause): fail(.tls, cause, now: now)
        case .done(let summary):
            // The end of the handshake leaves with the requests, when the owner flushes.
            journal.note(.secured(summary))
            stage = .greeting(transport)
            events += [.secured(summary), .open]
        }
    }

    /// Waits for more of what a foreign peer says first, within reason, and fails with it: it
    /// says what the peer is.
    private func recognize(_ transport: Transport, now: Instant, isOver: Bool = false) {
        let greeting = Greeting(bytes: transport.greeting)
        guard greeting.isWhole || isOver || transport.greetingIsOver(now: now) else { return }
        if case .securing = stage {
            fail(.tls, .tls(.notTLS(greeting)), now: now)
        } else {
            fail(.http2, .notHTTP2(greeting), now: now)
        }
    }

    func greet(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.receive(poller)
        if transport.isForeign {
            recognize(transport, now: now, isOver: outcome != nil)
        } else {
            pass(on: transport, outcome, now: now)
        }
    }

    func exchange(_ transport: Transport, _ poller: Poller, now: Instant) {
        let outcome = transport.receive(poller)
        pass(on: transport, outcome, now: now)
    }

    /// Hands the session's events on, and then the end of the connection, if it came.
    private func pass(on transport: Transport, _ outcome: Cause?, now: Instant) {
        for event in transport.session.takeEvents() {
            switch event {
            case .frame(let frame): journal.note(.frame(frame))
            case .violation(let text): return fail(phase, .protocolViolation(text), now: now)
            case .goAway(_, let code, let debugData):
                goAway = .goAway(code, debugData: debugData)
                events.append(.http2(event))
            case .settings:
                guard case .greeting = stage else { continue }
                stage = .open(transport)
                arrival = nil
                journal.note(.settings)
                events.append(.ready)
            default: events.append(.http2(event))
            }
        }
        guard let outcome else { return }
        // A TLS 1.3 server rejects a client's certificate after the client has seen the
        // handshake through.
        if case .tls = outcome, case .greeting = stage {
            fail(.tls, outcome, now: now)
        } else if case .connectionLost = outcome, let goAway {
            fail(phase, goAway, now: now)
        } else {
            fail(phase, outcome, now: now)
        }
    }

    /// Tells of the frames of a session that nobody asks for events any more.
    func noteFrames(of transport: Transport) {
        guard traces else { return }
        for case .frame(let frame) in transport.session.takeEvents() { journal.note(.frame(frame)) }
    }

    func leave(
        _ transport: Transport, until: Instant, _ poller: Poller, now: Instant
    ) {
        let peerHasLeft = transport.drain(poller)
        guard peerHasLeft || until <= now else { return }
        journal.note(.closed(byPeerToo: peerHasLeft))
        stage = .gone
    }

    func fail(_ phase: Phase, _ cause: Cause, now: Instant) {
        let failure = Failure(phase: phase, cause: cause)
        switch stage {
        case .leaving, .gone: return
        case .resolving: giveUp(failure, now: now)
        case .connecting, .securing, .greeting: passOn(failure, now: now)
        case .identifying, .open: end(failure, now: now)
        }
    }

    /// Tries the addresses that are left, if any, and then those that are still looked for.
    private func passOn(_ failure: Failure, now: Instant) {
        if failure.phase != .connect { lastHandshake = failure }
        let others = arrival?.others ?? []
        let resolver = others.isEmpty ? unfinished.take() : nil
        guard !others.isEmpty || resolver?.mayFindMore ?? false else {
            return giveUp(failure, now: now)
        }
        if case .greeting(let transport) = stage, !transport.isForeign { transport.flush() }
        if let address = arrival?.address {
            journal.note(.passing(address, failure))
            events.append(.passedOn)
        }
        arrival = nil
        if let resolver {
            failureBefore = failure
            resolver.findMore()
            stage = .resolving(resolver)
        } else {
            connect(to: others)
        }
    }

    /// There is no address left that could be better.
    private func giveUp(_ failure: Failure, now: Instant) {
        let told = lastHandshake ?? failureBefore.map { $0.joined(with: failure) } ?? failure
        end(told, now: now)
    }

    private func end(_ failure: Failure, now: Instant) {
        events.append(.failed(failure.phase, failure.cause))
        switch stage {
        case .greeting(let transport) where !transport.isForeign && !transport.peerHasLeft,
            .open(let transport) where !transport.peerHasLeft:
            // What is still to be said (nghttp2's GOAWAY names the broken rule) goes out, and
            // arrives: a socket that is closed on unread bytes would take it back.
            leave(until: now.advanced(by: Limits.farewell))
        default: stage = .gone
        }
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
