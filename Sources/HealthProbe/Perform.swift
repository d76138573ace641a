import Network
package import ProbeCore
import TLS

/// Does what a plan says.
///
/// - Parameters:
///   - showsProgress: whether somebody sees standard error change.
///   - write: takes what is to be printed, as it comes; false when nobody reads it any more.
/// - Throws: what is wrong with the files that the plan names; nothing has been opened then.
package func perform(
    _ plan: Plan, colors: Colors, showsProgress: Bool, write: (Output) -> Bool
) throws(UsageError) -> ExitCode {
    if let spiffe = plan.spiffe {
        guard hasTLS else { throw UsageError("-spiffe: this program was built without TLS") }
        if let failure = spiffe.endpoint.failure { return giveUp(plan, failure, colors, write) }
    }
    var tls: TLSContext?
    if let plan = plan.tls { tls = try TLSContext.make(plan, files: ProcessContext.files) }
    switch plan.mode {
    case .check, .list:
        let observations = observe(plan, tls) { observation in
            // One JSON object a line needs no other to be complete.
            guard plan.output == .json else { return }
            _ = write(JSONReport.output(of: [observation], quiet: plan.quiet))
        }
        if plan.output != .json {
            _ = write(report(observations, plan, colors, quiet: plan.quiet))
        }
        return ExitCode(of: observations, binary: plan.binaryExit)
    case .wait(let waitPlan):
        let cleared = showsProgress ? WaitProgress.cleared : ""
        let observations = waitUntilServing(
            plan, tls, waitPlan,
            progress: { progress in
                if showsProgress { _ = write(Output(standardError: progress.line)) }
            },
            warn: { observation in
                let text = WaitProgress.warning(about: observation, colored: colors.error)
                _ = write(Output(standardError: cleared + text))
            })
        _ = write(Output(standardError: cleared))
        let code = ExitCode(of: observations, binary: plan.binaryExit)
        // When the time is up, what is SERVING is not what anybody wants to read.
        _ = write(report(observations, plan, colors, quiet: plan.quiet || code != .serving))
        return code
    case .watch(let watchPlan):
        return watchChanges(plan, tls, watchPlan, colors: colors, write: write)
    }
}

/// Everything that was observed, in the form that was asked for.
private func report(
    _ observations: [Observation], _ plan: Plan, _ colors: Colors, quiet: Bool
) -> Output {
    switch plan.output {
    case .text: TextReport.output(of: observations, quiet: quiet, colors: colors)
    case .json: JSONReport.output(of: observations, quiet: quiet)
    case .prometheus: PrometheusReport.output(of: observations, quiet: quiet)
    }
}

/// There is nobody to ask for SPIFFE credentials, and no waiting will change that.
private func giveUp(
    _ plan: Plan, _ failure: CredentialFailure, _ colors: Colors, _ write: (Output) -> Bool
) -> ExitCode {
    let result = Observation.Result.failed(
        Failure(phase: .spiffe, cause: .noCredentials(failure)))
    var observations: [Observation] = []
    for subject in plan.subjects {
        for service in plan.mode == .list ? [""] : subject.services {
            observations.append(
                Observation(
                    target: subject.target, method: plan.mode == .list ? .list : .check,
                    service: service, address: nil, security: plan.security, result: result,
                    timings: Timings(), wallTime: Clock.wallTime()))
        }
    }
    if case .watch = plan.mode, let first = observations.first {
        _ = write(Output(standardError: WatchReport.failure(first, colors)))
    } else {
        _ = write(report(observations, plan, colors, quiet: plan.quiet))
    }
    return ExitCode(of: observations, binary: plan.binaryExit)
}
