import HTTP2
import Network
import ProbeCore

/// Everything that happens to one target that is asked once: a connection, a stream on it for
/// each service, and the limits that end both.
final class TargetProbe {
    private let target: Target
    private let method: HealthMethod
    private let plan: Plan
    private let tls: TLSSource?
    private let run: Run
    private let journal: Journal

    /// The connection that calls are made on.
    private var line: CallLine
    /// The connections before, which are being left or still answer what they have taken.
    private var retiring: [CallLine] = []
    private var checks: [ServiceCheck]
    /// The checks whose calls are still to be made, or to be made again, in their order.
    private var waiting: [Int]
    /// How many checks have no result yet.
    private var unfinished: Int
    private var persistence = Persistence()
    /// Why the connection was lost that the waiting calls were to be made on.
    private var loss: Cause?
    private var deadline: Deadline
    private var address: EndpointAddress?
    private var security: TransportSecurity
    private var times: PhaseTimes
    /// The results as they came.
    private(set) var observations: [Observation] = []

    /// - Parameter start: when the limits begin to count.
    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ run: Run, start: Instant
    ) {
        target = subject.target
        self.plan = plan
        self.tls = tls
        security = plan.security
        self.run = run
        times = PhaseTimes(start: start)
        journal = run.journal(plan, about: target)
        let method: HealthMethod = plan.mode == .list ? .list : .check
        self.method = method
        checks = (method == .list ? [""] : subject.services).map {
            ServiceCheck(method: method, service: $0)
        }
        deadline = Deadline(plan.limitToConnect, from: start).orEarlier(run.deadline)
        waiting = Array(checks.indices)
        unfinished = checks.count
        line = CallLine(Connection(to: target, plan, tls, journal))
    }

    /// The results in the order of the services, which answer in an order of their own.
    var observationsInOrder: [Observation] {
        // The one call of a list has many.
        guard checks.count > 1 else { return observations }
        return checks.compactMap { $0.observation.map { observations[$0] } }
    }

    private var isOver: Bool { unfinished == 0 }

    var isFinished: Bool {
        isOver && line.connection.isGone && retiring.allSatisfy { $0.connection.isGone }
    }

    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        // Whose turn comes when the time is up connects to nobody.
        if times.start < deadline.instant {
            for old in retiring { advance(old, poller, now: now) }
            advance(line, poller, now: now)
        }
        if deadline.instant <= now { expire(now: now) }
        makeCalls(now: now)
        // A connection that has not begun has nothing to wait for, so it begins at once.
        if reconnects(now: now) {
            advance(line, poller, now: now)
            makeCalls(now: now)
        }
        for old in retiring where old.openCalls == 0 || isOver { leave(old, now: now) }
        retiring.removeAll { $0.connection.isGone }
        if isOver { leave(line, now: now) }
        for old in retiring { old.connection.flush(now: now) }
        line.connection.flush(now: now)
    }

    private func advance(_ line: CallLine, _ poller: Poller, now: Instant) {
        for event in line.connection.advance(poller, now: now) {
            receive(event, on: line, now: now)
        }
    }

    private func leave(_ line: CallLine, now: Instant) {
        // A peer that let the deadline pass is not waited for once more.
        line.connection.leave(until: min(now.advanced(by: Limits.farewell), deadline.instant))
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        var due = line.connection.register(in: poller, now: now)
        if !isOver { due = earliest(due, deadline.instant) }
        for old in retiring { due = earliest(due, old.connection.register(in: poller, now: now)) }
        return due
    }

    // MARK: - Events of the connection

    private func receive(_ event: Connection.Event, on line: CallLine, now: Instant) {
        switch event {
        case .identified:
            guard !times.isReady else { return }
            times.identified(now: now)
            deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
                .orEarlier(run.deadline)
        case .resolved: times.resolved(now: now)
        case .connected(let address):
            self.address = address
            security = plan.security
            times.connected(now: now)
        case .secured(let summary):
            security = security.agreed(on: summary)
            times.secured(now: now)
        case .open: break
        case .passedOn:
            waiting = line.withdrawAll() + waiting
        case .ready:
            line.becomeReady()
            guard !times.isReady else { return }
            times.ready(now: now)
            deadline = Deadline(.rpcTimeout(plan.rpcTimeout), from: now)
                .orEarlier(run.deadline)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            journal.note(.goAway(code, debugData: debugData))
            line.drain()
            for (index, _) in line.closeCalls(above: lastStream) {
                wait(index, because: .goAway(code, debugData: debugData))
            }
        case .http2(let event):
            dispatch(event, on: line, now: now)
        case .failed(let phase, let cause):
            lose(line, phase, cause, now: now)
        }
    }

    private func dispatch(_ event: HTTP2Event, on line: CallLine, now: Instant) {
        guard let stream = event.stream, let index = line.check(on: stream) else { return }
        if event.refusesStream {
            line.refused(stream)
            wait(index, because: .streamReset(.refusedStream))
            return
        }
        let expired = hasRunOut(now: now) ? deadline.limit : nil
        let code = checks[index].receive(event, expired: expired)
        if let code { line.connection.session?.reset(stream, code) }
        guard checks[index].isOver else { return }
        line.closed(stream)
        persistence.answered()
        // The answer may come before our request is whole; the peer then wants no more of it
        // (PROTOCOL-HTTP2.md, "Errors": RST_STREAM(NO_ERROR)).
        if let session = line.connection.session, session.isSending(stream) {
            session.reset(stream, .noError)
        }
        record(index, now: now)
    }

    /// Whether the time that the server was told has passed. Its clock started no earlier than
    /// the request was sent, ours at its SETTINGS.
    private func hasRunOut(now: Instant) -> Bool {
        guard let http2 = times.http2 else { return false }
        return deadline.instant <= now.advanced(by: http2)
    }

    /// The peer has not processed the call, so it is made once more, on this connection or another
    /// (PROTOCOL-HTTP2.md, "Errors" and "GOAWAY Frame").
    private func wait(_ index: Int, because refusal: Cause) {
        checks[index].refuse(refusal)
        waiting.append(index)
        journal.note(.retrying(service: checks[index].service))
    }

    private func lose(_ line: CallLine, _ phase: Phase, _ cause: Cause, now: Instant) {
        for (index, _) in line.closeCalls() {
            if times.isReady {
                checks[index].lose(cause)
            } else {
                checks[index].fail(phase, cause)
            }
            record(index, now: now)
        }
        guard line === self.line else { return }
        line.drain()
        // Calls that never left may be made elsewhere, but not where nobody was found.
        if line.isReady {
            loss = cause
        } else {
            failWaiting(phase, cause, now: now)
        }
    }

    // MARK: - Calls

    /// Makes as many of the calls that wait as the server takes.
    private func makeCalls(now: Instant) {
        guard !waiting.isEmpty, line.hasRoom, let session = line.connection.session else { return }
        // The server is told what is left for the call. A first call has its whole time, unless
        // the run as a whole ends earlier; a later one has what the first has left.
        let limit = times.isReady ? deadline : run.deadline
        let remaining = limit.map { $0.instant.since(now) } ?? plan.rpcTimeout
        // Where none is left, nothing is sent; `expire` says so in the same step.
        guard remaining > .zero else { return }
        let headers = plan.headers(
            of: method, to: target, timeout: min(plan.rpcTimeout, remaining))
        var made = 0
        for index in waiting {
            guard line.hasRoom else { break }
            made += 1
            let check = checks[index]
            do throws(HTTP2Error) {
                let stream = try session.submitRequest(headers, body: plan.body(of: check.request))
                line.opened(stream, for: index)
                checks[index].submitted(in: line.room)
                journal.note(.requesting(service: check.service, metadata: plan.metadata))
            } catch {
                checks[index].fail(.rpc, .ownFault(OwnFault(inRequest: error)))
                record(index, now: now)
            }
        }
        waiting.removeFirst(made)
    }

    private func failWaiting(_ phase: Phase, _ cause: Cause, now: Instant) {
        for index in waiting {
            checks[index].fail(phase, cause)
            record(index, now: now)
        }
        waiting = []
    }

    // MARK: - Limits

    private func expire(now: Instant) {
        for line in times.isReady ? retiring + [line] : [] {
            for (index, stream) in line.closeCalls() {
                let code = checks[index].expire(deadline.limit)
                if let code { line.connection.session?.reset(stream, code) }
                record(index, now: now)
            }
        }
        waiting += line.withdrawAll()
        let failure = line.connection.failure(at: deadline.limit)
        failWaiting(
            times.isReady ? .rpc : failure.phase,
            times.isReady ? .timedOut(deadline.limit) : failure.cause, now: now)
    }

    // MARK: - Another connection

    /// Where this connection takes no more of the calls that wait, begins another. The deadline
    /// stays. A peer that has answered nothing twice in a row is not asked a third time.
    /// Returns whether there is one.
    private func reconnects(now: Instant) -> Bool {
        guard !waiting.isEmpty, times.isReady, line.isUseless,
            retiring.count < Limits.retiringConnections
        else { return false }
        guard persistence.allowsAnother else {
            // What is still open may be answered, and then there is hope.
            guard line.openCalls == 0, retiring.allSatisfy({ $0.openCalls == 0 }) else {
                return false
            }
            let cause = loss ?? line.connection.goAway ?? .connectionLost(.closed)
            failWaiting(.rpc, cause, now: now)
            return false
        }
        persistence.connecting()
        loss = nil
        retiring.append(line)
        line = CallLine(Connection(to: target, plan, tls, journal))
        return true
    }

    // MARK: - Results

    /// Takes down the result that a check has now.
    private func record(_ index: Int, now: Instant) {
        guard let result = checks[index].result else { return }
        unfinished -= 1
        checks[index].observation = observations.count
        let circumstances = Circumstances(
            target: target, method: method, request: plan.requestTraits, address: address,
            security: security, timings: times.timings(now: now), wallTime: run.wallTime(at: now))
        let shared = Circumstances.Shared(circumstances)
        for observation in result.observations(of: checks[index].service, shared) {
            journal.note(.ended(service: observation.service, observation.result))
            observations.append(observation)
        }
    }
}
