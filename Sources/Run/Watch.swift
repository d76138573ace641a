import Basics
import Client
import Network
import Outcome
import Plan
import Report
import TLS

/// Watches every subject of a plan until a signal, `-until` or `-timeout` ends it, until nobody
/// reads it any more, or until no service can be watched.
final class Watch: Job {
    private let plan: Plan
    private let tls: TLSSource?
    let credentials: CredentialAgent?
    private let watch: WatchPlan
    private let run: Run
    private let subjects: [Subject]
    private let colors: Colors
    private var report: WatchReport
    private let places: ConnectionPlaces
    private var targets: [WatchedTarget] = []
    /// Which targets have been in the state that `-until` waits for.
    private var haveReached: [Bool]
    private var reachedCount = 0
    /// The targets that have been stopped and do not know it yet.
    private var stoppedToWake = 0..<0
    private var isStopping = false
    /// When the watch was over, but for the goodbyes.
    private var stopped: Instant

    init(_ plan: Plan, _ tls: TLSContext?, _ watch: WatchPlan, _ run: Run, colors: Colors) {
        self.plan = plan
        self.tls = TLSSource(plan, tls)
        credentials = run.credentialAgent(self.tls, plan)
        self.watch = watch
        self.run = run
        self.colors = colors
        subjects = plan.subjects
        haveReached = Array(repeating: false, count: subjects.count)
        report = WatchReport(
            plan.output, colors, method: watch.method, request: plan.requestTraits,
            subjects: subjects)
        stopped = run.start
        // With Watch each target keeps its connection, so that only the making of them is bounded,
        // and there is nothing to lower but hopes.
        places = ConnectionPlaces(
            openConnections(plan, for: subjects.count), targets: subjects.count)
        run.machine.signals.hold()
    }

    // MARK: - Job

    var workerCount: Int { subjects.count }
    var nextStart: Instant? {
        isStopping || targets.count == subjects.count ? nil : run.start
    }
    var due: Instant? { isStopping ? nil : run.deadline?.instant }
    var needsReaders: Bool { !isStopping }

    func start(now: Instant) -> WatchedTarget? {
        guard nextStart != nil else { return nil }
        let target = WatchedTarget(
            subjects[targets.count], number: targets.count, plan, tls, watch, run, places,
            now: now)
        targets.append(target)
        return target
    }

    func take(from target: WatchedTarget, now: Instant) {
        if !isStopping { stopped = now }
        let changes = target.takeChanges()
        if !changes.isEmpty {
            var output = report.output(of: changes)
            // What is said at the end of a watch has its hints below the lines that they are for.
            if !output.standardError.utf8.isEmpty, isOver { output.standardError = "" }
            run.printer.print(output)
        }
        if let state = watch.until { count(target, in: state, now: now) }
    }

    /// Keeps count of the targets that have been in the awaited state; all of them end the watch.
    private func count(_ target: WatchedTarget, in state: AwaitedState, now: Instant) {
        let hasReached = target.history.haveAllBeen(state)
        guard hasReached != haveReached[target.number] else { return }
        haveReached[target.number] = hasReached
        reachedCount += hasReached ? 1 : -1
        if reachedCount == subjects.count { stop(now: now) }
    }

    func nextToWake() -> Int? { stoppedToWake.popFirst() ?? places.nextToWake() }

    func look(now: Instant) {
        if run.machine.signals.pending() != nil || !run.printer.hasReader { stop(now: now) }
        if let deadline = run.deadline, deadline.instant <= now { stop(now: now) }
    }

    private func stop(now: Instant) {
        guard !isStopping else { return }
        isStopping = true
        stopped = now
        for target in targets { target.stop(now: now) }
        stoppedToWake = targets.indices
    }

    /// Whether no service of any target can be watched.
    private var isOver: Bool {
        targets.count == subjects.count && targets.allSatisfy { $0.history.isOver }
    }

    private func haveAllBeen(_ state: AwaitedState?) -> Bool {
        guard let state, targets.count == subjects.count else { return false }
        return targets.allSatisfy { $0.history.haveAllBeen(state) }
    }

    // MARK: - The end

    /// What is said at the end: why a service could not be watched, or how it was.
    func summary() -> Output {
        var output = Output()
        for target in targets {
            let history = target.history
            for (index, service) in history.subject.services.enumerated() {
                let record = history.records[index]
                guard let failure = history.finalFailures[index] else {
                    output.standardError += WatchReport.summary(
                        history.subject.target, service, record, now: stopped, start: run.start)
                    continue
                }
                let observation = Observation(
                    target: history.subject.target, method: watch.method, service: service,
                    request: plan.requestTraits, address: nil, security: plan.security,
                    result: .failed(failure), timings: Timings(),
                    wallTime: run.wallTime(at: stopped))
                output.standardError += WatchReport.failure(observation, colors)
            }
        }
        return output
    }

    /// The code of the last known status of everything, or of what went wrong where none was
    /// known.
    var exitCode: ExitCode {
        if haveAllBeen(watch.until) { return .serving }
        var results: [Observation.Result] = []
        var isAnythingKnown = false
        for target in targets {
            for (record, failure) in zip(target.history.records, target.history.finalFailures) {
                if let failure {
                    results.append(.failed(failure))
                    isAnythingKnown = true
                } else if let status = record.lastStatus {
                    results.append(.answered(status))
                    isAnythingKnown = true
                } else if let state = record.state {
                    results.append(state.result)
                } else {
                    // The end came before the first answer.
                    let limit = run.deadline?.limit ?? .rpcTimeout(plan.rpcTimeout)
                    results.append(.failed(Failure(phase: target.phase, cause: .timedOut(limit))))
                }
            }
        }
        if !isAnythingKnown, let signal = run.machine.signals.pending() {
            return ExitCode(signal: signal)
        }
        return ExitCode(of: results, binary: plan.binaryExit)
    }
}
