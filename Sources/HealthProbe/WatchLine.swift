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
        /// The peer has not begun this call and never will.
        case refused(service: Int, Cause)
        /// The peer takes no more calls; those it has go on.
        case draining(HTTP2ErrorCode, debugData: [UInt8])
        /// The connection is gone, and with it the calls for these services.
        case lost(Failure, calls: [Int])
    }

    let start: Instant
    private(set) var address: EndpointAddress?
    private(set) var security: TransportSecurity
    private let plan: Plan
    private let authority: String
    private let keepalive: Duration?
    private let journal: Journal
    private let connection: Connection
    /// What the messages of all calls share.
    private let room = MessageRoom()
    private var calls: [WatchCall]
    /// The services that calls are wanted for, in the order in which they are to be made.
    private var queue: [Int] = []
    private var events: [Event] = []
    /// When the connection has to be ready.
    private var deadline: Deadline?
    private(set) var isReady = false
    private var isLost = false
    private var lastRead: Instant
    private var pingDeadline: Deadline?
    /// Where it takes a place: while it is made, or, where Checks are repeated, while it is open.
    private var places: ConnectionPlaces?
    private let method: HealthMethod
    /// The peer has said that it is asked too much, and has been heeded.
    var hasWantedCalm = false

    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ watch: WatchPlan,
        keepalive: Duration?, in places: ConnectionPlaces, _ journal: Journal, now: Instant
    ) {
        self.plan = plan
        self.places = places
        method = watch.method
        security = plan.security
        self.keepalive = keepalive
        self.journal = journal
        authority = plan.authority(for: subject.target)
        start = now
        lastRead = now
        calls = subject.services.map { WatchCall(method: watch.method, service: $0) }
        deadline = Deadline(plan.limitToConnect, from: now)
        connection = Connection(to: subject.target, plan, tls, journal, staysLong: true)
    }

    var isGone: Bool { connection.isGone }

    var phase: Phase { connection.phase }

    /// Whether a call for any service has been answered, now or before.
    private(set) var hasAnswered = false

    /// Whether a status of this service has come on the call that is open now.
    func isSpeaking(of service: Int) -> Bool {
        calls[service].stream != nil && calls[service].hasSpoken
    }

    /// When the last call for this service was made, if one was.
    func startOfCall(_ service: Int) -> Instant? { calls[service].start }

    /// Whether a call for this service is open, or will be.
    func isAsking(about service: Int) -> Bool { calls[service].isOut }

    /// Whether it is for any.
    var isAsking: Bool { calls.contains { $0.isOut } }

    func advance(_ poller: Poller, now: Instant) -> [Event] {
        for event in connection.advance(poller, now: now) { receive(event, now: now) }
        if connection.takeHasRead() {
            lastRead = now
            pingDeadline = nil
        }
        expire(now: now)
        if !isLost {
            keepAlive(now: now)
            makeCalls(now: now)
        }
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

    /// Makes the call for a service as soon as the connection can take one.
    func call(_ service: Int) {
        calls[service].want()
        queue.append(service)
    }

    private func makeCalls(now: Instant) {
        guard let session = connection.session else { return }
        let services = queue
        queue = []
        for service in services where calls[service].isWanted {
            // A Watch has no end, so the server is told of none.
            let headers = requestHeaders(
                method: method, usesTLS: plan.security.isTLS, authority: authority,
                timeout: method == .watch ? nil : plan.rpcTimeout, userAgent: plan.userAgent,
                compresses: plan.compresses, metadata: plan.metadata)
            let name = calls[service].service
            let body = plan.body(of: HealthCheckRequest.encoded(service: name))
            do throws(HTTP2Error) {
                let stream = try session.submitRequest(headers, body: body)
                let limit = Deadline(.rpcTimeout(plan.rpcTimeout), from: now)
                calls[service].submitted(as: stream, in: room, deadline: limit, now: now)
                journal.note(.requesting(service: name, metadata: plan.metadata))
            } catch {
                lose(Failure(phase: .rpc, cause: .ownFault(OwnFault(inRequest: error))))
                return
            }
        }
    }

    /// Cancels the call of a service: somebody else speaks of it now.
    func cancel(_ service: Int) {
        if let stream = calls[service].stream { connection.session?.reset(stream, .cancel) }
        calls[service].drop()
    }

    /// Says goodbye; a line that is left has no news any more.
    func leave(until: Instant) {
        for service in calls.indices { cancel(service) }
        isLost = true
        deadline = nil
        vacate()
        connection.leave(until: until)
    }

    private func vacate() {
        places?.giveBack()
        places = nil
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
        case .open: break
        case .passedOn:
            let submitted = calls.indices.filter { calls[$0].stream != nil }
            for service in submitted { calls[service].withdraw() }
            queue = submitted + queue
        case .ready:
            isReady = true
            if method == .watch { vacate() }
            deadline = nil
            events.append(.ready)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            receiveGoAway(lastStream, code, debugData)
        case .http2(let event):
            guard let stream = event.stream,
                let service = calls.firstIndex(where: { $0.stream == stream })
            else { return }
            if event.refusesStream, !calls[service].hasSpoken {
                calls[service].drop()
                events.append(.refused(service: service, .streamReset(.refusedStream)))
                return
            }
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
            let isTaken = calls[service].stream.map { $0 <= lastStream } ?? false
            guard calls[service].isOut, !isTaken else { continue }
            calls[service].drop()
            events.append(.refused(service: service, cause))
        }
        events.append(.draining(code, debugData: debugData))
    }

    private func report(
        _ service: Int, _ outcome: (news: [WatchCall.News], reset: HTTP2ErrorCode?),
        _ stream: StreamID
    ) {
        for news in outcome.news {
            if case .status = news { hasAnswered = true }
            events.append(.news(service: service, news))
        }
        guard let session = connection.session else { return }
        if let code = outcome.reset {
            session.reset(stream, code)
        } else if calls[service].stream == nil, session.isSending(stream) {
            // The answer came before our request was whole; the peer wants no more of it
            // (PROTOCOL-HTTP2.md, "Errors": RST_STREAM(NO_ERROR)).
            session.reset(stream, .noError)
        }
    }

    private func lose(_ failure: Failure) {
        guard !isLost else { return }
        isLost = true
        deadline = nil
        let lost = calls.indices.filter { calls[$0].isOut }
        for service in lost { calls[service].drop() }
        events.append(.lost(failure, calls: lost))
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
