import Network
package import ProbeCore

/// The one loop of the program: the only place that waits and the only one that reads the clock.
package func observe(_ plan: Plan) -> [Observation] {
    let clock = RunClock(plan, start: Clock.now(), startWallTime: Clock.wallTime())
    let probes = plan.targets.map { TargetProbe($0, plan, clock) }
    let poller = Poller()
    var now = clock.start
    while true {
        for probe in probes where !probe.isFinished { probe.advance(poller, now: now) }
        let unfinished = probes.filter { !$0.isFinished }
        if unfinished.isEmpty { break }
        poller.reset()
        let due = unfinished.compactMap { $0.register(in: poller, now: now) }.min()
        poller.wait(for: due.map { $0.since(now) })
        now = Clock.now()
    }
    return probes.flatMap { $0.observations }
}
