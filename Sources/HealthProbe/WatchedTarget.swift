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
    private let clock: RunClock
    private let journal: Journal
    private let random: () -> Double

    /// The line that calls are made on.
    private var line: WatchLine?
    /// The line of a peer that goes away: its calls count until the new line speaks.
    private var draining: WatchLine?
    /// Lines that are being left.
    private var retiring: [WatchLine] = []
    private var backoff = Backoff()
    private var nextLine: Instant?
    /// When the call of each service is to be made again.
    private var nextCalls: [Instant?]
    private var callBackoffs: [Backoff]
    private var keepalive: Duration?

    private(set) var records: [StatusRecord]
    /// The failure of each service that no attempt can mend.
    private(set) var finalFailures: [Failure?]
    private var changes: [StatusChange] = []
    private var isStopping = false

    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ watch: WatchPlan,
        _ clock: RunClock, random: @escaping () -> Double, now: Instant
    ) {
        self.subject = subject
        self.plan = plan
        self.tls = tls
        self.watch = watch
        self.clock = clock
        self.random = random
        journal = Journal(plan.verbosity, start: clock.start, target: subject.target.spelling)
        keepalive = watch.keepalive
        let count = subject.services.count
        nextCalls = Array(repeating: nil, count: count)
        callBackoffs = Array(repeating: Backoff(), count: count)
        records = Array(repeating: StatusRecord(), count: count)
        finalFailures = Array(repeating: nil, count: count)
        nextLine = now
    }

    var target: Target { subject.target }
    var services: [String] { subject.services }

    /// All services have failed for good, or the watch is being stopped; and nothing is held.
    var isFinished: Bool {
        (isStopping || finalFailures.allSatisfy { $0 != nil })
            && line == nil && draining == nil && retiring.isEmpty
    }

    /// Whether every service has been in this state. One that cannot be watched is not merely
    /// disconnected.
    func haveAllBeen(_ state: AwaitedState) -> Bool {
        zip(records, finalFailures).allSatisfy { record, failure in
            record.hasBeen(state) && (state != .disconnected || failure == nil)
        }
    }

    /// The changes since the last call.
    func takeChanges() -> [StatusChange] {
        let taken = changes
        changes = []
        return taken
    }

    /// Ends the watch politely.
    func stop(now: Instant) {
        isStopping = true
        nextLine = nil
        leaveAll(now: now)
    }

    func advance(_ poller: Poller, now: Instant) {
        for line in retiring { _ = line.advance(poller, now: now) }
        retiring.removeAll { $0.isGone }
        if let draining { advance(draining, poller, now: now) }
        if let nextLine, nextLine <= now { connect(now: now) }
        // Before the line's own step, which is what sends the requests.
        makeDueCalls(now: now)
        if let line { advance(line, poller, now: now) }
        if !isStopping, finalFailures.allSatisfy({ $0 != nil }) { stop(now: now) }
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        let lines = [line, draining].compactMap { $0 } + retiring
        let dues = lines.map { $0.register(in: poller, now: now) } + nextCalls + [nextLine]
        return dues.compactMap { $0 }.min()
    }

    // MARK: - Lines

    private func connect(now: Instant) {
        nextLine = nil
        nextCalls = nextCalls.map { _ in nil }
        line = WatchLine(
            subject, plan, tls, method: watch.method, keepalive: keepalive, journal: journal,
            now: now)
    }

    private func advance(_ line: WatchLine, _ poller: Poller, now: Instant) {
        for event in line.advance(poller, now: now) {
            switch event {
            case .ready: backoff.reset()
            case .news(let service, let news): receive(news, of: service, on: line, now: now)
            case .draining(let code, let debugData):
                drain(line, code, debugData, now: now)
            case .lost(let failure): lose(line, failure, now: now)
            }
        }
    }

    /// The peer wants to be rid of us: a new line is opened at once, or as soon as the backoff
    /// allows, and this one is read until that one speaks.
    private func drain(
        _ leaving: WatchLine, _ code: HTTP2ErrorCode, _ debugData: [UInt8], now: Instant
    ) {
        journal.note(.goAway(code, debugData: debugData))
        if code == .enhanceYourCalm { pingLess(because: leaving) }
        guard leaving === line else { return }
        if let draining { retire(draining, now: now) }
        draining = leaving
        line = nil
        retireDrainingIfIdle(now: now)
        // A peer that was of use for a while may be moved away from at once, so that nothing is
        // missed; one that sends everybody away is not asked more often than a dead one.
        let wasOfUse = leaving.start.advanced(by: Limits.usefulConnection) <= now
        if wasOfUse, !isStopping { nextLine = now } else { reconnect(after: leaving, now: now) }
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

    private func lose(_ lost: WatchLine, _ failure: Failure, now: Instant) {
        retire(lost, now: now)
        for service in services.indices where !isSpokenOf(service) {
            enter(.disconnected(failure), of: service, on: lost, now: now)
        }
        if lost === draining { draining = nil }
        if lost === line {
            line = nil
            reconnect(after: lost, now: now)
        }
    }

    private func reconnect(after line: WatchLine, now: Instant) {
        guard !isStopping else { return }
        nextLine = max(now, line.start.advanced(by: backoff.next(random: random())))
    }

    private func retire(_ line: WatchLine, now: Instant) {
        line.leave(until: now.advanced(by: Limits.farewell))
        // One that had no connection yet is gone at once, and nobody would wake us for it.
        if !line.isGone { retiring.append(line) }
    }

    private func leaveAll(now: Instant) {
        for line in [line, draining].compactMap({ $0 }) { retire(line, now: now) }
        line = nil
        draining = nil
    }

    /// Whether some line has an open call that has told a status of the service.
    private func isSpokenOf(_ service: Int) -> Bool {
        line?.isSpeaking(of: service) == true || draining?.isSpeaking(of: service) == true
    }

    // MARK: - Calls

    private func receive(
        _ news: WatchCall.News, of service: Int, on speaker: WatchLine, now: Instant
    ) {
        switch news {
        case .status(let status):
            callBackoffs[service].reset()
            // A draining peer is heard until the new one speaks, and not any longer.
            if speaker === draining, line?.isSpeaking(of: service) == true { return }
            if speaker === line { silenceDraining(service, now: now) }
            enter(.status(status), of: service, on: speaker, now: now)
        case .done:
            let start = speaker.startOfCall(service) ?? now
            nextCalls[service] = watch.poll.map { max(now, start.advanced(by: $0)) }
        case .ended(let failure):
            receive(failure, of: service, on: speaker, now: now)
        }
    }

    private func receive(
        _ failure: Failure, of service: Int, on speaker: WatchLine, now: Instant
    ) {
        let code = failure.cause.serverStatus?.code
        if code == .unimplemented {
            finalFailures[service] = failure
            enter(.disconnected(failure), of: service, on: speaker, now: now)
            return
        }
        if code == .notFound {
            // Servers that end the call instead of saying SERVICE_UNKNOWN.
            enter(.status(.serviceUnknown), of: service, on: speaker, now: now)
        } else if !isSpokenOf(service) {
            enter(.disconnected(failure), of: service, on: speaker, now: now)
        }
        guard speaker === line, !isStopping else { return }
        let start = speaker.startOfCall(service) ?? now
        let delay = callBackoffs[service].next(random: random())
        nextCalls[service] = max(now, start.advanced(by: max(delay, watch.poll ?? .zero)))
    }

    private func silenceDraining(_ service: Int, now: Instant) {
        guard let draining else { return }
        draining.cancel(service)
        retireDrainingIfIdle(now: now)
    }

    private func retireDrainingIfIdle(now: Instant) {
        guard let draining, !services.indices.contains(where: { draining.isAsking(about: $0) })
        else { return }
        retire(draining, now: now)
        self.draining = nil
    }

    private func makeDueCalls(now: Instant) {
        guard let line, !isStopping else { return }
        for service in services.indices {
            guard let due = nextCalls[service], due <= now else { continue }
            nextCalls[service] = nil
            line.call(service, now: now)
        }
    }

    // MARK: - Changes

    private func enter(
        _ state: WatchState, of service: Int, on line: WatchLine, now: Instant
    ) {
        guard let (previous, held) = records[service].enter(state, at: now) else { return }
        changes.append(
            StatusChange(
                target: target, service: services[service], address: line.address,
                security: line.security, state: state, previous: previous, held: held,
                sequence: records[service].stateCount, wallTime: clock.wallTime(at: now)))
    }
}
