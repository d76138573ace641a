import Basics
import Client
import Network
package import Outcome
package import Plan
import Report
import TLS

/// Asks every subject of a plan once: check and list.
final class Survey: Job {
    private let plan: Plan
    private let tls: TLSSource?
    let credentials: CredentialAgent?
    private let run: Run
    private let subjects: [Subject]
    private var started = 0
    /// What was found out about each subject.
    private var results: [[Observation]]
    /// With `-output json`, which results came when, and how many of them are printed: one object
    /// a line needs no other to be complete.
    private var completed: [(subject: Int, index: Int)] = []
    private var printed = 0

    init(_ plan: Plan, _ tls: TLSContext?, _ run: Run) {
        self.plan = plan
        self.run = run
        self.tls = TLSSource(plan, tls)
        credentials = run.credentialAgent(self.tls, plan)
        subjects = plan.subjects
        results = Array(repeating: [], count: subjects.count)
    }

    /// All results, in the order of the command line.
    var observations: [Observation] { results.flatMap { $0 } }

    // MARK: - Job

    var workerCount: Int { subjects.count }
    var nextStart: Instant? { started < subjects.count ? run.start : nil }
    var due: Instant? { nil }
    var needsReaders: Bool { false }

    func start(now: Instant) -> NumberedProbe? {
        guard started < subjects.count else { return nil }
        defer { started += 1 }
        return NumberedProbe(
            started, TargetProbe(subjects[started], plan, tls, run, start: now))
    }

    func take(from work: NumberedProbe, now: Instant) {
        guard plan.output == .json else {
            if work.isFinished { results[work.number] = work.probe.observationsInOrder }
            return
        }
        for observation in work.probe.observations[results[work.number].count...] {
            completed.append((work.number, results[work.number].count))
            results[work.number].append(observation)
        }
    }

    func nextToWake() -> Int? { nil }

    func look(now: Instant) {
        while !run.printer.isFull, let output = nextCompleted() { run.printer.print(output) }
    }

    /// The next result that was not printed yet, as JSON.
    func nextCompleted() -> Output? {
        guard printed < completed.count else { return nil }
        let (subject, index) = completed[printed]
        printed += 1
        return JSONReport.output(of: [results[subject][index]], quiet: plan.quiet)
    }
}

/// Asks every subject of a plan once, and prints nothing.
///
/// - Returns: all results in the order of the command line.
package func observe(_ plan: Plan, on machine: Machine = Machine()) -> [Observation] {
    let run = Run(plan, machine, Printer())
    let survey = Survey(plan, nil, run)
    drive(survey, concurrency: openConnections(plan, for: plan.subjects.count), run)
    return survey.observations
}

/// The probe of the subject with this number.
final class NumberedProbe: Worker {
    let number: Int
    let probe: TargetProbe
    /// Whether somebody has taken the results, which come once.
    var isTaken = false

    init(_ number: Int, _ probe: TargetProbe) {
        self.number = number
        self.probe = probe
    }

    var isFinished: Bool { probe.isFinished }

    func advance(_ poller: Poller, now: Instant) {
        probe.advance(poller, now: now)
    }

    func register(in poller: Poller, now: Instant) -> Instant? {
        probe.register(in: poller, now: now)
    }
}

/// How many connections may be open at once: what the plan says, unless the process may not have
/// so many descriptors.
func openConnections(_ plan: Plan, for subjects: Int) -> Int {
    let wanted = min(plan.concurrency, subjects)
    guard wanted > Limits.modestConcurrency else { return max(1, wanted) }
    let descriptors = ProcessContext.raiseDescriptorLimit() - Limits.reservedDescriptors
    return max(1, min(wanted, descriptors / Limits.descriptorsPerTarget))
}
