import Basics
import Client
import GRPC
import Network
import Outcome
import Plan
import Report
import TLS

/// Checks every subject of a plan again and again, a connection each time, until all are SERVING
/// at once or the time is up.
final class Wait: Job {
    private let plan: Plan
    private let tls: TLSSource?
    let credentials: CredentialAgent?
    private let run: Run
    private let wait: WaitPlan
    /// Whether somebody sees standard error change.
    private let showsProgress: Bool
    private let warn: (Observation) -> Void
    private var subjects: [WaitingSubject]
    /// The numbers of the subjects, by when they are to be checked next.
    private var queue: DueQueue
    private var servingCount = 0
    private let serviceCount: Int
    private var nextProgress: Instant
    private var isOver = false

    /// - Parameter warn: told, once for each subject, the failure that needs somebody to do
    ///   something.
    init(
        _ plan: Plan, _ tls: TLSContext?, _ wait: WaitPlan, _ run: Run, showsProgress: Bool,
        warn: @escaping (Observation) -> Void
    ) {
        self.plan = plan
        self.tls = TLSSource(plan, tls)
        credentials = run.credentialAgent(self.tls, plan)
        self.run = run
        self.wait = wait
        self.showsProgress = showsProgress
        self.warn = warn
        subjects = plan.subjects.map { WaitingSubject(subject: $0) }
        queue = DueQueue(count: subjects.count)
        serviceCount = subjects.reduce(0) { $0 + $1.subject.services.count }
        nextProgress = run.start
        for number in subjects.indices { queue.set(number, due: run.start) }
    }

    /// The last results, in the order of the command line.
    var latest: [Observation] { subjects.flatMap { $0.latest } }

    var progress: WaitProgress {
        WaitProgress(
            serving: servingCount, services: serviceCount,
            elapsed: run.machine.time.now.since(run.start),
            limit: wait.limit)
    }

    // MARK: - Job

    var workerCount: Int { subjects.count }
    var nextStart: Instant? { isOver ? nil : queue.earliest }
    var needsReaders: Bool { false }

    var due: Instant? {
        guard !isOver, let deadline = run.deadline?.instant else { return nil }
        return showsProgress ? min(deadline, nextProgress) : deadline
    }

    func start(now: Instant) -> NumberedProbe? {
        guard !isOver, let number = queue.take(now: now) else { return nil }
        subjects[number].nextCheck = now.advanced(by: wait.interval)
        return NumberedProbe(
            number, TargetProbe(subjects[number].subject, plan, tls, run, start: now))
    }

    func take(from work: NumberedProbe, now: Instant) {
        let number = work.number
        let probe = work.probe
        if !work.isTaken, probe.observations.count == subjects[number].subject.services.count {
            work.isTaken = true
            servingCount -= subjects[number].servingCount
            let news = subjects[number].take(probe.observationsInOrder, endOfRun: run.deadline)
            servingCount += subjects[number].servingCount
            if let news { warn(news) }
            isOver = isOver || servingCount == serviceCount
        }
        if work.isFinished, !isOver {
            queue.set(number, due: max(now, subjects[number].nextCheck))
        }
    }

    func nextToWake() -> Int? { nil }

    func look(now: Instant) {
        if let deadline = run.deadline, deadline.instant <= now { isOver = true }
        guard showsProgress, !isOver, nextProgress <= now else { return }
        nextProgress = now.advanced(by: .seconds(1))
        run.printer.show(progress.line)
    }
}

/// A subject that is checked again and again.
private struct WaitingSubject {
    let subject: Subject
    /// When the check after the one that runs may begin.
    var nextCheck = Instant(nanoseconds: 0)
    /// The results of the last check that was not cut off by the end of the wait.
    private(set) var latest: [Observation] = []
    /// How many services the last check found SERVING.
    private(set) var servingCount = 0
    private var hasWarned = false

    init(subject: Subject) {
        self.subject = subject
    }

    /// Takes the results of a check. One that the end of the wait cut off says less than the one
    /// before it.
    ///
    /// - Returns: the first failure that needs somebody to do something, once.
    mutating func take(_ observations: [Observation], endOfRun: Deadline?) -> Observation? {
        let wasCutOff = observations.contains { observation in
            guard let limit = observation.failure?.cause.limit else { return false }
            return limit == endOfRun?.limit
        }
        if latest.isEmpty || !wasCutOff {
            latest = observations
            servingCount = observations.count(where: { $0.result == .answered(.serving) })
        }
        guard !hasWarned, !wasCutOff else { return nil }
        let warning = observations.first { $0.failure?.cause.needsIntervention ?? false }
        hasWarned = warning != nil
        return warning
    }
}
