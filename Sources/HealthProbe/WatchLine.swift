import HTTP2
import Network
import ProbeCore

/// One connection of a watch with a call for each service on it, from the attempt to connect to
/// the goodbye.
final class WatchLine {
    /// What comes of a line, in the order it happened.
    enum Event {
        /// The peer speaks HTTP/2; nothing is known of the services yet.
        case ready
        case news(service: Int, WatchCall.News)
        /// The peer takes no more calls; those it has go on.
        case draining(HTTP2ErrorCode, debugData: [UInt8])
        /// The connection is gone, and with it every call.
        case lost(Failure)
    }

    let start: Instant
    private(set) var address: EndpointAddress?
    private(set) var security: TransportSecurity
    private let plan: Plan
    private let authority: String
    private let keepalive: Duration?
    private let connection: Connection
    private var calls: [WatchCall]
    private var events: [Event] = []
    /// When the connection has to be ready.
    private var deadline: Deadline?
    private var isLost = false
    private var lastRead: Instant
    private var pingDeadline: Deadline?
    /// The peer has said that it is asked too much, and has been heeded.
    var hasWantedCalm = false

    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, method: HealthMethod,
        keepalive: Duration?, journal: Journal, now: Instant
    ) {
        self.plan = plan
        security = plan.security
        self.keepalive = keepalive
        authority = plan.authority(for: subject.target)
        start = now
        lastRead = now
        calls = subject.services.map { WatchCall(method: method, service: $0) }
        deadline = Deadline(plan.limitToConnect, from: now)
        connection = Connection(to: subject.target, plan, tls, journal, staysLong: true)
    }

    var isGone: Bool { connection.isGone }

    /// Whether a status of this service has come on the call that is open now.
    func isSpeaking(of service: Int) -> Bool {
        calls[service].stream != nil && calls[service].hasSpoken
    }

    /// When the last call for this service was made, if one was.
    func startOfCall(_ service: Int) -> Instant? { calls[service].start }

    /// Whether a call is open for this service.
    func isAsking(about service: Int) -> Bool { calls[service].stream != nil }

    func advance(_ poller: Poller, now: Instant) -> [Event] {
        for event in connection.advance(poller, now: now) { receive(event, now: now) }
        if connection.takeHasRead() {
            lastRead = now
            pingDeadline = nil
        }
        expire(now: now)
        if !isLost { keepAlive(now: now) }
        connection.flush(now: now)
        let happened = events
        events = []
        return happened
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        let dues: [Instant?] = [
            connection.register(in: poller, now: now), deadline?.instant, pingDue,
            pingDeadline?.instant, calls.compactMap { $0.deadline?.instant }.min(),
        ]
        return isGone ? nil : dues.compactMap { $0 }.min()
    }

    /// Makes the call for a service, where the connection can take one.
    func call(_ service: Int, now: Instant) {
        guard let session = connection.session, calls[service].stream == nil else { return }
        let method = calls[service].method
        // A Watch has no end, so the server is told of none.
        let headers = requestHeaders(
            method: method, usesTLS: plan.security.isTLS, authority: authority,
            timeout: method == .watch ? nil : plan.rpcTimeout, userAgent: plan.userAgent,
            compresses: plan.compresses, metadata: plan.metadata)
        let body = plan.body(of: HealthCheckRequest.encoded(service: calls[service].service))
        do throws(HTTP2Error) {
            let stream = try session.submitRequest(headers, body: body)
            let limit = Deadline(.rpcTimeout(plan.rpcTimeout), from: now)
            calls[service].submitted(as: stream, deadline: limit, now: now)
        } catch {
            lose(Failure(phase: .rpc, cause: .ownFault(OwnFault(inRequest: error))))
        }
    }

    /// Cancels the call of a service: somebody else speaks of it now.
    func cancel(_ service: Int) {
        guard let stream = calls[service].stream else { return }
        connection.session?.reset(stream, .cancel)
        _ = calls[service].lose(.streamReset(.cancel))
    }

    /// Says goodbye; a line that is left has no news any more.
    func leave(until: Instant) {
        for service in calls.indices { cancel(service) }
        isLost = true
        deadline = nil
        connection.leave(until: until)
    }

    // MARK: - Events

    private func receive(_ event: Connection.Event, now: Instant) {
        switch event {
        case .identified: deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
        case .resolved: break
        case .connected(let address):
            self.address = address
            security = plan.security
        case .secured(let summary):
            security = security.agreed(on: summary)
        case .open:
            for service in calls.indices { call(service, now: now) }
        case .passedOn:
            for service in calls.indices { calls[service].withdraw() }
        case .ready:
            deadline = nil
            events.append(.ready)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            receiveGoAway(lastStream, code, debugData)
        case .http2(let event):
            guard let stream = event.stream,
                let service = calls.firstIndex(where: { $0.stream == stream })
            else { return }
            report(service, calls[service].receive(event), stream)
        case .failed(let phase, let cause):
            lose(Failure(phase: phase, cause: cause))
        }
    }

    private func receiveGoAway(
        _ lastStream: StreamID, _ code: HTTP2ErrorCode, _ debugData: [UInt8]
    ) {
        let cause = Cause.goAway(code, debugData: debugData)
        for service in calls.indices {
            guard let stream = calls[service].stream, stream > lastStream else { continue }
            report(service, calls[service].lose(cause), stream)
        }
        events.append(.draining(code, debugData: debugData))
    }

    private func report(
        _ service: Int, _ outcome: (news: [WatchCall.News], reset: HTTP2ErrorCode?),
        _ stream: StreamID
    ) {
        for news in outcome.news { events.append(.news(service: service, news)) }
        if let code = outcome.reset { connection.session?.reset(stream, code) }
    }

    private func lose(_ failure: Failure) {
        guard !isLost else { return }
        isLost = true
        deadline = nil
        for service in calls.indices { _ = calls[service].lose(failure.cause) }
        events.append(.lost(failure))
    }

    // MARK: - Limits

    private func expire(now: Instant) {
        guard !isLost else { return }
        if let deadline, deadline.instant <= now {
            giveUp(connection.failure(at: deadline.limit), now: now)
        } else if let pingDeadline, pingDeadline.instant <= now {
            giveUp(Failure(phase: .rpc, cause: .timedOut(pingDeadline.limit)), now: now)
        }
        for service in calls.indices {
            guard let limit = calls[service].deadline, limit.instant <= now,
                let stream = calls[service].stream
            else { continue }
            report(service, calls[service].expire(), stream)
        }
    }

    private func giveUp(_ failure: Failure, now: Instant) {
        lose(failure)
        connection.leave(until: now)
    }

    /// When a PING is due. A PING is sent after a silence of the peer's, never after one of
    /// ours (gRPC proposal A8).
    private var pingDue: Instant? {
        guard let keepalive, pingDeadline == nil, deadline == nil, !isLost else { return nil }
        return lastRead.advanced(by: keepalive)
    }

    private func keepAlive(now: Instant) {
        guard let pingDue, pingDue <= now, let session = connection.session else { return }
        session.ping()
        pingDeadline = Deadline(.keepalive(Limits.keepaliveTimeout), from: now)
    }
}
