import Basics
import Client
import GRPC
import Network
import Outcome
import Plan

/// A target that is watched: what its connections say of its services, and when the next
/// connection and the next calls are due.
final class WatchedTarget: Worker {
    private let subject: Subject
    private let plan: Plan
    private let tls: TLSSource?
    private let watch: WatchPlan
    private let run: Run
    private let journal: Journal
    let number: Int
    private let places: ConnectionPlaces

    private var connections = WatchConnections()
    private var schedule: WatchSchedule
    private var keepalive: Duration?
    private(set) var history: SubjectHistory
    private var isStopping = false
    /// How far the connection was when the watch was stopped.
    private(set) var phase = Phase.connect

    init(
        _ subject: Subject, number: Int, _ plan: Plan, _ tls: TLSSource?, _ watch: WatchPlan,
        _ run: Run, _ places: ConnectionPlaces, now: Instant
    ) {
        (self.subject, self.number, self.plan, self.tls) = (subject, number, plan, tls)
        (self.watch, self.run, self.places) = (watch, run, places)
        journal = run.journal(plan, about: subject.target)
        keepalive = watch.keepalive
        history = SubjectHistory(subject)
        schedule = WatchSchedule(services: subject.services.count, poll: watch.poll, now: now)
    }

    private var polls: Bool { watch.poll != nil }
    private var random: Double { run.machine.random() }

    /// All services have failed for good, or the watch is being stopped; and nothing is held.
    var isFinished: Bool { (isStopping || history.isOver) && connections.isEmpty }

    func takeChanges() -> [StatusChange] { history.takeChanges() }

    /// Ends the watch politely.
    func stop(now: Instant) {
        isStopping = true
        phase = connections.open.first?.grpc.phase ?? phase
        for connection in connections.open { leave(connection, now: now) }
    }

    // MARK: - Steps

    func advance(_ poller: Poller, now: Instant) {
        connections.advanceLeaving(poller, now: now)
        if let draining = connections.draining { advance(draining, poller, now: now) }
        if let nextConnection, nextConnection <= now, places.take(number) { connect(now: now) }
        if let current = connections.current {
            // Before the connection's own step, which is what sends the requests.
            for service in schedule.takeDueCalls(now: now) {
                let body = plan.body(of: watch.method, about: subject.services[service])
                current.grpc.call(service, body: body)
            }
            advance(current, poller, now: now)
        }
        if places.areShort, let idle = connections.current, isIdle(idle, now: now) {
            leave(idle, now: now)
            schedule.mayReconnect(now: now)
        }
        if let current = connections.current, isIdle(current, now: now) { places.rest(number) }
        if !isStopping, history.isOver { stop(now: now) }
        connections.flush()
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        earliest(connections.register(in: poller, now: now), nextStep(now: now))
    }

    /// When something is to be begun that no connection knows of.
    private func nextStep(now: Instant) -> Instant? {
        if isStopping { return nil }
        if connections.current != nil { return schedule.nextCall }
        guard let nextConnection, nextConnection <= now else { return nextConnection }
        // Who stands in line is woken when it is their turn.
        return places.isTurn(of: number) ? now : nil
    }

    private var nextConnection: Instant? {
        connections.current == nil && !isStopping ? schedule.nextConnection : nil
    }

    /// Whether a connection could be left without missing anything: no Check is open or due.
    private func isIdle(_ connection: WatchedConnection, now: Instant) -> Bool {
        polls && connection.grpc.isReady && connection.grpc.isIdle
            && schedule.nextCall.map { $0 > now } ?? true
    }

    private func connect(now: Instant) {
        schedule.connecting()
        connections.current = WatchedConnection(
            to: subject, plan, tls, watch, keepalive: keepalive, in: places, journal, now: now)
    }

    private func advance(_ connection: WatchedConnection, _ poller: Poller, now: Instant) {
        connection.grpc.advance(poller, now: now) { receive($0, on: connection, now: now) }
    }

    // MARK: - Events of the connections

    private func receive(
        _ event: GRPCConnection.Event, on speaker: WatchedConnection, now: Instant
    ) {
        switch event {
        case .identified:
            let limit = Deadline(.connectTimeout(plan.connectTimeout), from: now)
            speaker.grpc.limits.toBeReady = limit
        case .resolved: break
        case .connected(let address): speaker.connected(to: address, plan.security)
        case .secured(let summary): speaker.security = speaker.security.agreed(on: summary)
        case .ready:
            if !polls { speaker.vacate() }
            schedule.connected()
        case .submitted(let service):
            journal.note(
                .requesting(service: subject.services[service], metadata: plan.metadata))
        case .message(let service, let message):
            receive(message, of: service, on: speaker, now: now)
        case .ended(let service, let end, let start):
            receive(end, of: service, madeAt: start ?? now, on: speaker, now: now)
        case .refused(let service, let cause, _):
            speaker.grpc.askAnyway()
            // As if nothing had happened: gRPC's own clients do so, too.
            if schedule.refused(service, now: now) { return }
            fail(service, cause, madeAt: now, on: speaker, now: now)
        case .draining(let code, _): drain(speaker, code, now: now)
        case .lost(let failure, let wasReady, let calls):
            lose(speaker, failure, wasReady: wasReady, calls.map { $0.number }, now: now)
        }
    }

    private func receive(
        _ message: [UInt8], of service: Int, on speaker: WatchedConnection, now: Instant
    ) {
        let status: ServingStatus
        do throws(BadResponse) {
            status = try HealthCheckResponse.decode(message)
        } catch {
            let start = speaker.grpc.start(of: service) ?? now
            speaker.grpc.cancel(service)
            fail(service, .badResponse(error), madeAt: start, on: speaker, now: now)
            return leaveDrainingIfSilent(now: now)
        }
        speaker.hasAnswered = true
        schedule.answered(service)
        // A draining peer is heard until the new one speaks, and not any longer.
        if speaker === connections.draining, connections.currentAnswers(service) { return }
        if speaker === connections.current {
            connections.draining?.grpc.cancel(service)
            leaveDrainingIfIdle(now: now)
        }
        enter(.status(status), of: service, on: speaker, now: now)
    }

    private func receive(
        _ end: GRPCCall.End, of service: Int, madeAt start: Instant,
        on speaker: WatchedConnection, now: Instant
    ) {
        switch end {
        case .ok where polls: schedule.finished(service, madeAt: start, now: now)
        case .ok:
            // Legal, and yet the end of what we know (health.proto, "Watch").
            let cause = Cause.refused(GRPCStatus(code: .ok))
            fail(service, cause, madeAt: start, on: speaker, now: now)
        case .failed(let cause): fail(service, cause, madeAt: start, on: speaker, now: now)
        }
        leaveDrainingIfSilent(now: now)
    }

    /// A call has come to nothing.
    private func fail(
        _ service: Int, _ cause: Cause, madeAt start: Instant, on speaker: WatchedConnection,
        now: Instant
    ) {
        let failure = Failure(phase: .rpc, cause: cause)
        // UNIMPLEMENTED, and HTTP's word for it, 404.
        if failure.cause.statusCode == .unimplemented {
            history.giveUp(service, because: failure)
            schedule.giveUp(service)
            return enter(.disconnected(failure), of: service, on: speaker, now: now)
        }
        if failure.cause.serverStatus?.code == .notFound {
            // Servers that end the call instead of saying SERVICE_UNKNOWN.
            enter(.status(.serviceUnknown), of: service, on: speaker, now: now)
        } else if !connections.hear(of: service, polls: polls) {
            enter(.disconnected(failure), of: service, on: speaker, now: now)
        }
        // Where a Watch ends on a connection that drains, another one has its successor.
        guard speaker === connections.current || polls, !isStopping,
            let next = schedule.failed(service, madeAt: start, now: now, random: random)
        else { return }
        journal.note(.repeating(service: subject.services[service], in: next.since(now), failure))
    }

    /// The peer wants to be rid of us: a new connection is opened at once, or as soon as the
    /// backoff allows, and this one is read until that one speaks. Where Checks are repeated, the
    /// new one has time until the next of them.
    private func drain(
        _ speaker: WatchedConnection, _ code: HTTP2ErrorCode, now: Instant
    ) {
        // too_many_pings: the next connection asks half as often (gRPC proposal A8).
        if code == .enhanceYourCalm, let slower = speaker.halvedPings() {
            keepalive = slower
            journal.note(.pingingLess(interval: slower))
        }
        guard speaker === connections.current else { return }
        if let draining = connections.draining { leave(draining, now: now) }
        connections.draining = speaker
        connections.current = nil
        if !polls {
            for service in subject.services.indices { schedule.ask(service, now: now) }
        }
        leaveDrainingIfIdle(now: now)
        // A peer that was of use may be moved away from at once, so that nothing is missed; one
        // that sends everybody away is not asked more often than a dead one.
        if speaker.isOld(now: now) || (polls && speaker.hasAnswered) {
            schedule.mayReconnect(now: now)
        } else {
            schedule.backOff(fromStart: speaker.start, now: now, random: random)
        }
        noteNextConnection(because: nil, now: now)
    }

    private func lose(
        _ lost: WatchedConnection, _ failure: Failure, wasReady: Bool, _ calls: [Int],
        now: Instant
    ) {
        let isCurrent = lost === connections.current
        leave(lost, now: now)
        // A Check that was answered stands, and a connection that drained has only its calls to
        // lose.
        let losesCallsOnly = !isCurrent || (polls && wasReady)
        let concerned = losesCallsOnly ? calls : Array(subject.services.indices)
        for service in concerned where history.finalFailures[service] == nil {
            if isCurrent || polls { schedule.ask(service, now: now) }
            if connections.hear(of: service, polls: polls) { continue }
            enter(.disconnected(failure), of: service, on: lost, now: now)
        }
        if !isCurrent {
            schedule.predecessorIsGone(now: now, random: random)
        } else if concerned.isEmpty, lost.hasAnswered {
            schedule.wasLeft(fromStart: lost.start, now: now, random: random)
        } else {
            schedule.backOff(fromStart: lost.start, now: now, random: random)
            // Nobody has said goodbye, and no call would tell before the next one is due.
            if concerned.isEmpty { schedule.lookForServer() }
        }
        noteNextConnection(because: failure, now: now)
    }

    private func noteNextConnection(because failure: Failure?, now: Instant) {
        guard let nextConnection else { return }
        journal.note(.reconnecting(in: max(.zero, nextConnection.since(now)), failure))
    }

    /// The peer that goes away may just have ended the last call that kept it.
    private func leaveDrainingIfSilent(now: Instant) {
        guard leaveDrainingIfIdle(now: now) else { return }
        schedule.predecessorIsGone(now: now, random: random)
        noteNextConnection(because: nil, now: now)
    }

    @discardableResult
    private func leaveDrainingIfIdle(now: Instant) -> Bool {
        guard let draining = connections.draining, draining.grpc.isIdle else { return false }
        leave(draining, now: now)
        return true
    }

    /// Leaves a connection. What it was asked about is for another one.
    private func leave(_ connection: WatchedConnection, now: Instant) {
        for service in subject.services.indices where connection.grpc.has(service) {
            schedule.ask(service, now: now)
        }
        connections.leave(connection, now: now)
    }

    private func enter(
        _ state: WatchState, of service: Int, on speaker: WatchedConnection, now: Instant
    ) {
        history.enter(
            state, of: service, at: speaker.address, speaker.security, now: now,
            wallTime: run.wallTime(at: now))
    }
}
