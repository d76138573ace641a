import HTTP2
import Network
import ProbeCore

/// A target that is watched: the line that serves it, the one before it that a draining peer
/// still speaks on, and the time of the next attempt where there is none.
final class WatchedTarget: Worker {
    private let subject: Subject
    private let plan: Plan
    private let tls: TLSSource?
    private let watch: WatchPlan
    private let run: Run
    private let journal: Journal
    private let random: () -> Double
    let number: Int
    private let places: ConnectionPlaces

    /// The line that calls are made on.
    private var line: WatchLine?
    /// The line of a peer that goes away: its calls count until the new line speaks.
    private var draining: WatchLine?
    /// Lines that are being left.
    private var retiring: [WatchLine] = []
    private var schedule: WatchSchedule
    private var keepalive: Duration?

    private(set) var history: SubjectHistory
    private var isStopping = false

    init(
        _ subject: Subject, number: Int, _ plan: Plan, _ tls: TLSSource?, _ watch: WatchPlan,
        _ run: Run, _ places: ConnectionPlaces, random: @escaping () -> Double, now: Instant
    ) {
        (self.number, self.places) = (number, places)
        self.subject = subject
        self.plan = plan
        self.tls = tls
        self.watch = watch
        self.run = run
        self.random = random
        journal = run.journal(plan, about: subject.target)
        keepalive = watch.keepalive
        history = SubjectHistory(subject)
        schedule = WatchSchedule(services: subject.services.count, poll: watch.poll, now: now)
    }

    private var polls: Bool { watch.poll != nil }
    /// How far the connection was when the watch was stopped.
    private(set) var phase = Phase.connect

    /// All services have failed for good, or the watch is being stopped; and nothing is held.
    var isFinished: Bool {
        (isStopping || history.isOver) && line == nil && draining == nil && retiring.isEmpty
    }

    /// The changes since the last call.
    func takeChanges() -> [StatusChange] { history.takeChanges() }

    /// Ends the watch politely.
    func stop(now: Instant) {
        isStopping = true
        phase = (line ?? draining)?.phase ?? phase
        for line in [line, draining].compactMap({ $0 }) { retire(line, now: now) }
        (line, draining) = (nil, nil)
    }

    func advance(_ poller: Poller, now: Instant) {
        for line in retiring { _ = line.advance(poller, now: now) }
        retiring.removeAll { $0.isGone }
        if let draining { advance(draining, poller, now: now) }
        if let nextConnection, nextConnection <= now, places.take(number) { connect(now: now) }
        if let line {
            // Before the line's own step, which is what sends the requests.
            for service in schedule.takeDueCalls(now: now) { line.call(service) }
            advance(line, poller, now: now)
        }
        if places.areShort, let idle = line, isIdle(idle, now: now) {
            retire(idle, now: now)
            line = nil
            schedule.mayReconnect(now: now)
        }
        if let line, isIdle(line, now: now) { places.rest(number) }
        if !isStopping, history.isOver { stop(now: now) }
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        let lines = [line, draining].compactMap { $0 } + retiring
        let dues = lines.map { $0.register(in: poller, now: now) }
        return (dues + [nextStep(now: now)]).compactMap { $0 }.min()
    }

    /// When something is to be begun that no line knows of.
    private func nextStep(now: Instant) -> Instant? {
        if isStopping { return nil }
        if line != nil { return schedule.nextCall }
        guard let nextConnection, nextConnection <= now else { return nextConnection }
        // Who stands in line is woken when it is their turn.
        return places.isTurn(of: number) ? now : nil
    }

    // MARK: - Lines

    private var nextConnection: Instant? {
        line == nil && !isStopping ? schedule.nextConnection : nil
    }

    /// Whether a line could be left without missing anything: no Check is open or due.
    private func isIdle(_ line: WatchLine, now: Instant) -> Bool {
        polls && line.isReady && !line.isAsking && schedule.nextCall.map { $0 > now } ?? true
    }

    private func connect(now: Instant) {
        schedule.connecting()
        line = WatchLine(
            subject, plan, tls, watch, keepalive: keepalive, in: places, journal, now: now)
    }

    private func advance(_ line: WatchLine, _ poller: Poller, now: Instant) {
        for event in line.advance(poller, now: now) {
            switch event {
            case .ready: schedule.connected()
            case .news(let service, let news): receive(news, of: service, on: line, now: now)
            case .refused(let service, let cause):
                receiveRefusal(cause, of: service, on: line, now: now)
            case .draining(let code, let debugData):
                drain(line, code, debugData, now: now)
            case .lost(let failure, let calls): lose(line, failure, calls, now: now)
            }
        }
    }

    /// The peer wants to be rid of us: a new line is opened at once, or as soon as the backoff
    /// allows, and this one is read until that one speaks. Where Checks are repeated, the new line
    /// has time until the next one.
    private func drain(
        _ leaving: WatchLine, _ code: HTTP2ErrorCode, _ debugData: [UInt8], now: Instant
    ) {
        journal.note(.goAway(code, debugData: debugData))
        if code == .enhanceYourCalm { pingLess(because: leaving) }
        guard leaving === line else { return }
        if let draining { retire(draining, now: now) }
        draining = leaving
        line = nil
        if !polls {
            for service in subject.services.indices { schedule.ask(service, now: now) }
        }
        retireDrainingIfIdle(now: now)
        // A peer that was of use may be moved away from at once, so that nothing is missed; one
        // that sends everybody away is not asked more often than a dead one.
        let isOld = leaving.start.advanced(by: Limits.usefulConnection) <= now
        if isOld || (polls && leaving.hasAnswered) {
            schedule.mayReconnect(now: now)
        } else {
            schedule.backOff(fromStart: leaving.start, now: now, random: random())
        }
        noteNextConnection(because: nil, now: now)
    }

    /// too_many_pings: the next connection asks half as often (gRPC proposal A8), however often
    /// this one says so.
    private func pingLess(because line: WatchLine) {
        guard let interval = keepalive, !line.hasWantedCalm else { return }
        line.hasWantedCalm = true
        let slower = interval.doubled(atMost: Limits.keepaliveInterval)
        keepalive = slower
        journal.note(.pingingLess(interval: slower))
    }

    private func lose(_ lost: WatchLine, _ failure: Failure, _ calls: [Int], now: Instant) {
        retire(lost, now: now)
        let isCurrent = lost === line
        if isCurrent { line = nil }
        if lost === draining { draining = nil }
        // A Check that was answered stands, and a line that was left has only its calls to lose.
        let losesCallsOnly = !isCurrent || (polls && lost.isReady)
        let concerned = losesCallsOnly ? calls : Array(subject.services.indices)
        for service in concerned where history.finalFailures[service] == nil {
            if isCurrent || polls { schedule.ask(service, now: now) }
            if isHeard(of: service) { continue }
            enter(.disconnected(failure), of: service, on: lost, now: now)
        }
        if !isCurrent {
            schedule.predecessorIsGone(now: now, random: random())
        } else if concerned.isEmpty, lost.hasAnswered {
            schedule.wasLeft(fromStart: lost.start, now: now, random: random())
        } else {
            schedule.backOff(fromStart: lost.start, now: now, random: random())
            // Nobody has said goodbye, and no call would tell before the next one is due.
            if concerned.isEmpty { schedule.lookForServer() }
        }
        noteNextConnection(because: failure, now: now)
    }

    private func noteNextConnection(because failure: Failure?, now: Instant) {
        guard let nextConnection else { return }
        journal.note(.reconnecting(in: max(.zero, nextConnection.since(now)), failure))
    }

    /// Leaves a line. What it was asking about is for another one.
    private func retire(_ line: WatchLine, now: Instant) {
        for service in subject.services.indices where line.isAsking(about: service) {
            schedule.ask(service, now: now)
        }
        line.leave(until: now.advanced(by: Limits.farewell))
        // One that had no connection yet is gone at once, and nobody would wake us for it.
        if !line.isGone { retiring.append(line) }
    }

    /// Whether something is still to be heard of the service: on an open call that has told a
    /// status, or from a Check that is not over.
    private func isHeard(of service: Int) -> Bool {
        if line?.isSpeaking(of: service) == true { return true }
        guard let draining else { return false }
        return polls ? draining.isAsking(about: service) : draining.isSpeaking(of: service)
    }

    // MARK: - Calls

    private func receive(
        _ news: WatchCall.News, of service: Int, on speaker: WatchLine, now: Instant
    ) {
        switch news {
        case .status(let status):
            schedule.answered(service)
            // A draining peer is heard until the new one speaks, and not any longer.
            if speaker === draining, line?.isSpeaking(of: service) == true { return }
            if speaker === line { silenceDraining(service, now: now) }
            enter(.status(status), of: service, on: speaker, now: now)
        case .done:
            schedule.finished(service, madeAt: speaker.startOfCall(service) ?? now, now: now)
            retireDrainingIfSilent(now: now)
        case .ended(let failure):
            receive(failure, of: service, on: speaker, now: now)
            retireDrainingIfSilent(now: now)
        }
    }

    private func receive(
        _ failure: Failure, of service: Int, on speaker: WatchLine, now: Instant
    ) {
        // UNIMPLEMENTED, and HTTP's word for it, 404.
        if failure.cause.statusCode == .unimplemented {
            history.giveUp(service, because: failure)
            schedule.giveUp(service)
            enter(.disconnected(failure), of: service, on: speaker, now: now)
            return
        }
        if failure.cause.serverStatus?.code == .notFound {
            // Servers that end the call instead of saying SERVICE_UNKNOWN.
            enter(.status(.serviceUnknown), of: service, on: speaker, now: now)
        } else if !isHeard(of: service) {
            enter(.disconnected(failure), of: service, on: speaker, now: now)
        }
        // Where a Watch ends on a line that drains, another line has its successor.
        guard speaker === line || polls, !isStopping else { return }
        let start = speaker.startOfCall(service) ?? now
        let next = schedule.failed(service, madeAt: start, now: now, random: random())
        guard let next else { return }
        journal.note(.repeating(service: subject.services[service], in: next.since(now), failure))
    }

    /// A call that the peer has not begun is made again on the next line, as if nothing had
    /// happened: gRPC's own clients do so, too.
    private func receiveRefusal(
        _ cause: Cause, of service: Int, on line: WatchLine, now: Instant
    ) {
        if schedule.refused(service, now: now) { return }
        receive(Failure(phase: .rpc, cause: cause), of: service, on: line, now: now)
    }

    private func silenceDraining(_ service: Int, now: Instant) {
        guard let draining else { return }
        draining.cancel(service)
        retireDrainingIfIdle(now: now)
    }

    /// The peer that goes away may just have ended the last call that kept it.
    private func retireDrainingIfSilent(now: Instant) {
        guard let draining, !draining.isAsking else { return }
        retireDrainingIfIdle(now: now)
        schedule.predecessorIsGone(now: now, random: random())
        noteNextConnection(because: nil, now: now)
    }

    private func retireDrainingIfIdle(now: Instant) {
        guard let draining, !draining.isAsking else { return }
        retire(draining, now: now)
        self.draining = nil
    }

    // MARK: - Changes

    private func enter(
        _ state: WatchState, of service: Int, on line: WatchLine, now: Instant
    ) {
        history.enter(
            state, of: service, at: line.address, line.security, now: now,
            wallTime: run.wallTime(at: now))
    }
}
