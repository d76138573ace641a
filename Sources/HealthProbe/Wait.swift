import Network
import ProbeCore
import TLS

/// Checks every subject of a plan again and again until all are SERVING at once, or the time is
/// up.
///
/// - Parameters:
///   - progress: told how many services are SERVING, once a second at least.
///   - warn: told, once for each target, what waiting alone will hardly mend.
/// - Returns: the last results in the order of the command line.
func waitUntilServing(
    _ plan: Plan, _ tls: TLSContext?, _ wait: WaitPlan, progress: (WaitProgress) -> Void,
    warn: (Observation) -> Void
) -> [Observation] {
    let clock = RunClock(
        plan, start: Clock.now(), startWallTime: Clock.wallTime(), waitLimit: wait.limit)
    let tls = TLSSource(plan, tls, clock)
    let subjects = plan.subjects
    let permits = Permits(openConnections(plan, for: subjects.count))
    let serviceCount = subjects.reduce(0) { $0 + $1.services.count }
    var targets: [WaitingTarget] = []
    var isStopping = false
    var nextProgress = clock.start
    drive(
        count: subjects.count, concurrency: subjects.count,
        start: { number, now in
            let target = WaitingTarget(
                subjects[number], plan, tls, clock, interval: wait.interval, permits: permits,
                now: now)
            targets.append(target)
            return target
        },
        after: { _, target, now in
            if let warning = target.takeWarning() { warn(warning) }
            if nextProgress <= now {
                nextProgress = now.advanced(by: .seconds(1))
                let serving = targets.reduce(0) { $0 + $1.servingCount }
                progress(
                    WaitProgress(
                        serving: serving, services: serviceCount,
                        elapsed: now.since(clock.start), limit: wait.limit))
            }
            let isTimeUp = clock.runDeadline.map { $0.instant <= now } ?? false
            guard !isStopping,
                isTimeUp || (targets.count == subjects.count && targets.allSatisfy { $0.isServing })
            else { return true }
            isStopping = true
            for target in targets { target.stop() }
            return true
        },
        due: { _ in isStopping ? nil : clock.runDeadline.map { min($0.instant, nextProgress) } })
    return targets.flatMap { $0.latest }
}
