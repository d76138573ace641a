import Network
import ProbeCore

/// A subject that is checked again and again, a connection each time.
final class WaitingTarget: Worker {
    private let subject: Subject
    private let plan: Plan
    private let tls: TLSSource?
    private let clock: RunClock
    private let interval: Duration
    private let permits: Permits

    private var probe: TargetProbe?
    private var nextCheck: Instant
    private var isStopping = false
    /// The results of the last check that was not cut off by the end of the wait.
    private(set) var latest: [Observation] = []
    private var warning: Observation?
    private var hasWarned = false

    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ clock: RunClock,
        interval: Duration, permits: Permits, now: Instant
    ) {
        self.subject = subject
        self.plan = plan
        self.tls = tls
        self.clock = clock
        self.interval = interval
        self.permits = permits
        nextCheck = now
    }

    /// Whether the last check found everything SERVING.
    var isServing: Bool {
        !latest.isEmpty && latest.allSatisfy { $0.result == .answered(.serving) }
    }

    /// How many services the last check found SERVING.
    var servingCount: Int {
        latest.filter { $0.result == .answered(.serving) }.count
    }

    var isFinished: Bool { isStopping && probe == nil }

    /// Begins no more checks.
    func stop() {
        isStopping = true
    }

    func advance(_ poller: Poller, now: Instant) {
        if probe == nil, !isStopping, nextCheck <= now, permits.take() {
            nextCheck = now.advanced(by: interval)
            probe = TargetProbe(subject, plan, tls, clock, start: now)
        }
        guard let probe else { return }
        probe.advance(poller, now: now)
        if probe.observations.count == subject.services.count { take(probe.observationsInOrder) }
        if probe.isFinished {
            self.probe = nil
            permits.giveBack()
        }
    }

    /// A check that the end of the wait cut off says less than the one before it.
    private func take(_ observations: [Observation]) {
        let wasCutOff = observations.contains { observation in
            guard case .timedOut(let limit)? = observation.failure?.cause else { return false }
            return limit == clock.runDeadline?.limit
        }
        if latest.isEmpty || !wasCutOff { latest = observations }
        guard !hasWarned, !wasCutOff else { return }
        warning = observations.first { $0.failure?.cause.seldomMends ?? false }
        hasWarned = warning != nil
    }

    /// The first failure that waiting alone will hardly mend, once.
    func takeWarning() -> Observation? {
        defer { warning = nil }
        return warning
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        guard let probe else { return isStopping ? now : max(now, nextCheck) }
        return probe.register(in: poller, now: now)
    }
}

/// How many more checks may run at the same time.
final class Permits {
    private var free: Int

    init(_ count: Int) {
        free = count
    }

    func take() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }

    func giveBack() {
        free += 1
    }
}
