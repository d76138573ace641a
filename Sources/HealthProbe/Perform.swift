package import ProbeCore

/// Does what a plan says.
///
/// - Parameters:
///   - showsProgress: whether somebody sees standard error change.
///   - write: takes what is to be printed, as it comes; false when nobody reads it any more.
package func perform(
    _ plan: Plan, colors: Colors, showsProgress: Bool, write: (Output) -> Bool
) -> ExitCode {
    switch plan.mode {
    case .check, .list:
        let observations = observe(plan) { observation in
            // One JSON object a line needs no other to be complete.
            guard plan.output == .json else { return }
            _ = write(JSONReport.output(of: [observation], quiet: plan.quiet))
        }
        if plan.output != .json { _ = write(report(observations, plan, colors)) }
        return ExitCode(of: observations, binary: plan.binaryExit)
    case .wait(let waitPlan):
        let observations = wait(plan, waitPlan) { progress in
            if showsProgress { _ = write(Output(standardError: progress.line)) }
        }
        if showsProgress { _ = write(Output(standardError: WaitProgress.cleared)) }
        let open = observations.filter { $0.result != .answered(.serving) }
        _ = write(report(open.isEmpty ? observations : open, plan, colors))
        return ExitCode(of: observations, binary: plan.binaryExit)
    case .watch(let watchPlan):
        return watch(plan, watchPlan, colors: colors, write: write)
    }
}

/// Everything that was observed, in the form that was asked for.
private func report(_ observations: [Observation], _ plan: Plan, _ colors: Colors) -> Output {
    switch plan.output {
    case .text: TextReport.output(of: observations, quiet: plan.quiet, colors: colors)
    case .json: JSONReport.output(of: observations, quiet: plan.quiet)
    case .prometheus: PrometheusReport.output(of: observations, quiet: plan.quiet)
    }
}
