import Network
import ProbeCore
import TLS

/// Watches every subject of a plan until a signal, `-until` or `-timeout` ends it, or until no
/// service can be watched.
///
/// - Parameter write: takes lines as they come; false when nobody reads them any more.
func watchChanges(
    _ plan: Plan, _ tls: TLSContext?, _ watch: WatchPlan, colors: Colors,
    write: (Output) -> Bool
) -> ExitCode {
    ProcessContext.deferSignals()
    let clock = RunClock(plan, start: Clock.now(), startWallTime: Clock.wallTime())
    let tls = TLSSource(plan, tls, clock)
    let subjects = plan.subjects
    // With Watch each target keeps its connection, so that only the making of them is bounded, and
    // there is nothing to lower but hopes.
    let places = ConnectionPlaces(
        openConnections(plan, for: subjects.count), targets: subjects.count)
    let report = WatchReport(
        plan.output, colors, method: watch.method, compresses: plan.compresses,
        subjects: subjects)
    var targets: [WatchedTarget] = []
    var isStopping = false
    var stopped = clock.start
    drive(
        count: subjects.count, concurrency: subjects.count,
        start: { number, now in
            let target = WatchedTarget(
                subjects[number], number: number, plan, tls, watch, clock, places,
                random: ProcessContext.random,
                now: now)
            targets.append(target)
            return target
        },
        after: { _, target, now in
            if !isStopping { stopped = now }
            let changes = target.takeChanges()
            if !changes.isEmpty, !write(report.output(of: changes)) { return false }
            guard !isStopping, watchIsOver(targets, of: subjects.count, watch, clock, now: now)
            else { return true }
            isStopping = true
            for target in targets { target.stop(now: now) }
            return true
        },
        due: { _ in isStopping ? nil : clock.runDeadline?.instant })
    _ = write(farewell(targets, plan, watch.method, clock, colors, now: stopped))
    return exitCode(of: targets, plan, watch)
}

private func watchIsOver(
    _ targets: [WatchedTarget], of count: Int, _ watch: WatchPlan, _ clock: RunClock, now: Instant
) -> Bool {
    if ProcessContext.pendingSignal != nil { return true }
    if let deadline = clock.runDeadline, deadline.instant <= now { return true }
    return targets.count == count && haveAllBeen(watch.until, targets)
}

private func haveAllBeen(_ state: AwaitedState?, _ targets: [WatchedTarget]) -> Bool {
    guard let state else { return false }
    return targets.allSatisfy { $0.history.haveAllBeen(state) }
}

/// What is said at the end: why a service could not be watched, or how it was.
private func farewell(
    _ targets: [WatchedTarget], _ plan: Plan, _ method: HealthMethod, _ clock: RunClock,
    _ colors: Colors, now: Instant
) -> Output {
    var output = Output()
    for target in targets {
        let history = target.history
        for (index, service) in history.subject.services.enumerated() {
            let record = history.records[index]
            guard let failure = history.finalFailures[index] else {
                output.standardError += WatchReport.summary(
                    history.subject.target, service, record, now: now, start: clock.start)
                continue
            }
            let observation = Observation(
                target: history.subject.target, method: method, service: service,
                compresses: plan.compresses, address: nil, security: plan.security,
                result: .failed(failure), timings: Timings(), wallTime: clock.wallTime(at: now))
            output.standardError += WatchReport.failure(observation, colors)
        }
    }
    return output
}

/// The code of the last known status of everything, or of what went wrong where none was known.
private func exitCode(
    of targets: [WatchedTarget], _ plan: Plan, _ watch: WatchPlan
) -> ExitCode {
    if haveAllBeen(watch.until, targets) { return .serving }
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
            }
        }
    }
    if !isAnythingKnown, let signal = ProcessContext.pendingSignal {
        return ExitCode(signal: signal)
    }
    return ExitCode(of: results, binary: plan.binaryExit)
}
