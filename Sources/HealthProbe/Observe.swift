import Network
package import ProbeCore
package import TLS

/// Asks every subject of a plan once.
///
/// - Parameters:
///   - tls: made from the plan, where it wants TLS.
///   - report: called with each result as it comes.
/// - Returns: all results in the order of the command line.
@discardableResult
package func observe(
    _ plan: Plan, _ tls: TLSContext? = nil, report: (Observation) -> Void = { _ in }
) -> [Observation] {
    let clock = RunClock(plan, start: Clock.now(), startWallTime: Clock.wallTime())
    let tls = TLSSource(plan, tls, clock)
    let subjects = plan.subjects
    var results = [[Observation]](repeating: [], count: subjects.count)
    drive(
        count: subjects.count, concurrency: openConnections(plan, for: subjects.count),
        start: { number, now in TargetProbe(subjects[number], plan, tls, clock, start: now) },
        after: { number, probe, _ in
            for observation in probe.observations[results[number].count...] {
                results[number].append(observation)
                report(observation)
            }
            if probe.isFinished { results[number] = probe.observationsInOrder }
            return true
        })
    return results.flatMap { $0 }
}

/// How many connections may be open at once: what the plan says, unless the process may not have
/// so many descriptors.
func openConnections(_ plan: Plan, for subjects: Int) -> Int {
    let wanted = min(plan.concurrency, subjects)
    guard wanted > Limits.modestConcurrency else { return max(1, wanted) }
    let descriptors = ProcessContext.raiseDescriptorLimit() - Limits.reservedDescriptors
    return max(1, min(wanted, descriptors / Limits.descriptorsPerTarget))
}
