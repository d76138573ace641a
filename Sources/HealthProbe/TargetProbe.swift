import HTTP2
import Network
import ProbeCore

/// Everything that happens to one target that is asked once: a connection, a stream on it for
/// each service, and the limits that end both.
final class TargetProbe: Worker {
    private let target: Target
    private let method: HealthMethod
    private let plan: Plan
    private let tls: TLSSource?
    private let clock: RunClock
    private let start: Instant
    private let journal: Journal

    private var connection: Connection
    /// The connection before, on which the peer did not want our calls.
    private var retiring: Connection?
    private var checks: [ServiceCheck]
    private var deadline: Deadline
    /// Whether a peer has proved to speak HTTP/2: from then on all trouble is the RPC's.
    private var hasBeenReady = false
    private var address: EndpointAddress?
    private var security: TransportSecurity
    private var timings = Timings()
    /// The results as they came.
    private(set) var observations: [Observation] = []

    /// - Parameter start: when the limits begin to count.
    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ clock: RunClock, start: Instant
    ) {
        target = subject.target
        self.plan = plan
        self.tls = tls
        security = plan.security
        self.clock = clock
        self.start = start
        journal = Journal(plan.verbosity, start: clock.start, target: target.spelling)
        let method: HealthMethod = plan.mode == .list ? .list : .check
        self.method = method
        checks = (method == .list ? [""] : subject.services).map {
            ServiceCheck(method: method, service: $0)
        }
        deadline = Deadline(plan.limitToConnect, from: start).orEarlier(clock.runDeadline)
        connection = Connection(to: target, plan, tls, journal)
    }

    /// The results in the order of the services, which answer in an order of their own.
    var observationsInOrder: [Observation] {
        // The one call of a list has many.
        guard checks.count > 1 else { return observations }
        return checks.compactMap { $0.observation.map { observations[$0] } }
    }

    var isFinished: Bool {
        checks.allSatisfy { $0.isOver } && connection.isGone && (retiring?.isGone ?? true)
    }

    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        _ = retiring?.advance(poller, now: now)
        advanceConnection(poller, now: now)
        if deadline.instant <= now { expire(now: now) }
        // A connection that has not begun has nothing to wait for, so it begins at once.
        if reconnectsWhereRefused(now: now) { advanceConnection(poller, now: now) }
        record(now: now)
        if checks.allSatisfy({ $0.isOver }) {
            // A peer that let the deadline pass is not waited for once more.
            connection.leave(until: min(now.advanced(by: Limits.farewell), deadline.instant))
        } else {
            connection.flush(now: now)
        }
    }

    private func advanceConnection(_ poller: Poller, now: Instant) {
        for event in connection.advance(poller, now: now) { receive(event, now: now) }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        let dues = [
            checks.allSatisfy { $0.isOver } ? nil : deadline.instant,
            connection.register(in: poller, now: now),
            retiring?.register(in: poller, now: now),
        ]
        return dues.compactMap { $0 }.min()
    }

    // MARK: - Events of the connection

    private func receive(_ event: Connection.Event, now: Instant) {
        switch event {
        case .identified:
            guard !hasBeenReady else { return }
            timings.spiffe = now.since(start)
            deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
                .orEarlier(clock.runDeadline)
        case .resolved:
            if !hasBeenReady { timings.resolve = now.since(start) - timings.beforeHTTP2 }
        case .connected(let address):
            self.address = address
            security = plan.security
            if !hasBeenReady {
                // Of several addresses, the last one that was connected to counts.
                (timings.connect, timings.tls) = (nil, nil)
                timings.connect = now.since(start) - timings.beforeHTTP2
            }
        case .secured(let summary):
            security = security.agreed(on: summary)
            if !hasBeenReady { timings.tls = now.since(start) - timings.beforeHTTP2 }
        case .open:
            submitCalls(now: now)
        case .passedOn:
            for index in checks.indices where !checks[index].isOver { checks[index].withdraw() }
        case .ready:
            guard !hasBeenReady else { return }
            hasBeenReady = true
            timings.http2 = now.since(start) - timings.beforeHTTP2
            deadline = Deadline(.rpcTimeout(plan.rpcTimeout), from: now)
                .orEarlier(clock.runDeadline)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            journal.note(.goAway(code, debugData: debugData))
            let cause = Cause.goAway(code, debugData: debugData)
            receiveGoAway(cause, lastStream)
        case .http2(let event):
            dispatch(event, now: now)
        case .failed(let phase, let cause):
            loseConnection(phase, cause)
        }
    }

    private func submitCalls(now: Instant) {
        guard let session = connection.session else { return }
        // The server is told what is left for the call. A first call has its whole time, unless
        // the run as a whole ends earlier; a repeated one has what the first has left.
        let limit = hasBeenReady ? deadline : clock.runDeadline
        let remaining = limit.map { $0.instant.since(now) } ?? plan.rpcTimeout
        // Where none is left, nothing is sent; `expire` says so in the same step.
        guard remaining > .zero else { return }
        let headers = requestHeaders(
            method: method, usesTLS: plan.security.isTLS,
            authority: plan.authority(for: target), timeout: min(plan.rpcTimeout, remaining),
            userAgent: plan.userAgent, compresses: plan.compresses, metadata: plan.metadata)
        for index in checks.indices where checks[index].awaitsConnection {
            let check = checks[index]
            let body = plan.body(of: check.request)
            do throws(HTTP2Error) {
                checks[index].submitted(as: try session.submitRequest(headers, body: body))
                journal.note(.requesting(service: check.service, metadata: plan.metadata))
            } catch {
                checks[index].fail(.rpc, .ownFault(OwnFault(inRequest: error)))
            }
        }
    }

    private func dispatch(_ event: HTTP2Event, now: Instant) {
        guard let stream = event.stream, let index = indexOfCheck(on: stream) else { return }
        let expired = hasRunOut(now: now) ? deadline.limit : nil
        reset(stream, checks[index].receive(event, expired: expired))
        // The answer may come before our request is whole; the peer then wants no more of it
        // (PROTOCOL-HTTP2.md, "Errors": RST_STREAM(NO_ERROR)).
        if checks[index].isOver, let session = connection.session, session.isSending(stream) {
            session.reset(stream, .noError)
        }
    }

    /// The check that still waits for what this stream brings.
    private func indexOfCheck(on stream: StreamID) -> Int? {
        func waits(_ check: ServiceCheck) -> Bool { check.stream == stream && !check.isOver }
        // On a first connection the streams 1, 3, 5 are those of the checks in their order.
        let expected = Int(stream) / 2
        if checks.indices.contains(expected), waits(checks[expected]) { return expected }
        return checks.firstIndex(where: waits)
    }

    /// Whether the time that the server was told has passed. Its clock started no earlier than
    /// the request was sent, ours at its SETTINGS.
    private func hasRunOut(now: Instant) -> Bool {
        guard hasBeenReady, let http2 = timings.http2 else { return false }
        return deadline.instant <= now.advanced(by: http2)
    }

    private func reset(_ stream: StreamID, _ code: HTTP2ErrorCode?) {
        if let code { connection.session?.reset(stream, code) }
    }

    private func receiveGoAway(_ cause: Cause, _ lastStream: StreamID) {
        for index in checks.indices {
            guard let stream = checks[index].stream, stream > lastStream else { continue }
            _ = checks[index].lose(cause, isUnprocessed: true)
        }
    }

    private func loseConnection(_ phase: Phase, _ cause: Cause) {
        for index in checks.indices where !checks[index].isOver {
            if hasBeenReady, checks[index].stream != nil {
                _ = checks[index].lose(cause, isUnprocessed: false)
            } else if !hasBeenReady || isSecondConnection {
                checks[index].fail(phase, cause)
            }
            // Otherwise the peer has refused the call before it left: a second connection is due.
        }
    }

    // MARK: - Limits

    private func expire(now: Instant) {
        for index in checks.indices where !checks[index].isOver {
            guard hasBeenReady, let stream = checks[index].stream else {
                let failure =
                    hasBeenReady
                    ? Failure(phase: .rpc, cause: .timedOut(deadline.limit))
                    : connection.failure(at: deadline.limit)
                checks[index].fail(failure.phase, failure.cause)
                continue
            }
            reset(stream, checks[index].expire(deadline.limit))
        }
    }

    // MARK: - A second connection

    private var isSecondConnection: Bool { retiring != nil }

    /// Makes the calls that the peer has not processed once more, after those that it has taken
    /// are over. The deadline stays.
    ///
    /// - Returns: whether there is a new connection.
    private func reconnectsWhereRefused(now: Instant) -> Bool {
        guard hasBeenReady, checks.contains(where: { $0.awaitsConnection }),
            connection.session != nil || connection.isGone,
            !checks.contains(where: { !$0.isOver && $0.stream != nil })
        else { return false }
        for check in checks where check.awaitsConnection {
            journal.note(.retrying(service: check.service))
        }
        connection.leave(until: now.advanced(by: Limits.farewell))
        retiring = connection
        connection = Connection(to: target, plan, tls, journal)
        return true
    }

    // MARK: - Results

    private func record(now: Instant) {
        for index in checks.indices where checks[index].observation == nil {
            guard let result = checks[index].result else { continue }
            checks[index].observation = observations.count
            switch result {
            case .failed(let failure):
                record(checks[index].service, .failed(failure), now: now)
            case .answered(let statuses) where statuses.isEmpty:
                // A server that lists nothing has told the status of nothing.
                record("", .answered(.unknown), now: now)
            case .answered(let statuses):
                for (service, status) in statuses {
                    record(service, .answered(status), now: now)
                }
            }
        }
    }

    private func record(
        _ service: String, _ result: Observation.Result, now: Instant
    ) {
        var timings = timings
        timings.total = now.since(start)
        if timings.http2 != nil { timings.rpc = timings.total - timings.beforeHTTP2 }
        journal.note(.ended(service: service, result))
        observations.append(
            Observation(
                target: target, method: method, service: service, compresses: plan.compresses,
                address: address, security: security, result: result, timings: timings,
                wallTime: clock.wallTime(at: now)))
    }
}
