import Basics
import Client
import GRPC
import Network
package import Outcome
package import Plan
package import Report
import TLS

/// What a run prints with, and on what.
package struct Presentation {
    package var colors: Colors
    /// Whether somebody sees standard error change.
    package var showsProgress: Bool

    package init(colors: Colors, showsProgress: Bool) {
        self.colors = colors
        self.showsProgress = showsProgress
    }
}

/// Does what a plan says, and prints what comes of it.
///
/// - Throws: what is wrong with the files that the plan names; nothing has been opened then.
package func perform(
    _ plan: Plan, _ presentation: Presentation, _ printer: Printer, on machine: Machine
) throws(UsageError) -> ExitCode {
    let run = Run(plan, machine, printer, waitLimit: plan.mode.waitLimit)
    if let spiffe = plan.spiffe {
        guard hasTLS else { throw UsageError("-spiffe: this program was built without TLS") }
        if let failure = spiffe.endpoint.failure {
            return giveUp(plan, failure, run, presentation.colors)
        }
    }
    var tls: TLSContext?
    if let plan = plan.tls { tls = try TLSContext.make(plan, files: ProcessContext.files) }
    switch plan.mode {
    case .check, .list: return survey(plan, tls, run, presentation.colors)
    case .wait(let wait): return waitUntilServing(plan, tls, wait, run, presentation)
    case .watch(let watch): return watchChanges(plan, tls, watch, run, presentation.colors)
    }
}

private func survey(
    _ plan: Plan, _ tls: TLSContext?, _ run: Run, _ colors: Colors
) -> ExitCode {
    let survey = Survey(plan, tls, run)
    drive(survey, concurrency: openConnections(plan, for: plan.subjects.count), run)
    let observations = survey.observations
    let code = ExitCode(of: observations, binary: plan.binaryExit)
    guard plan.output != .json else {
        return run.finish(code, run.patience(plan), more: survey.nextCompleted)
    }
    return finish(observations, plan, colors, quiet: plan.quiet, run, code)
}

private func waitUntilServing(
    _ plan: Plan, _ tls: TLSContext?, _ limits: WaitPlan, _ run: Run,
    _ presentation: Presentation
) -> ExitCode {
    let colors = presentation.colors
    let cleared = presentation.showsProgress ? WaitProgress.cleared : ""
    let wait = Wait(plan, tls, limits, run, showsProgress: presentation.showsProgress) {
        let text = WaitProgress.warning(about: $0, colored: colors.error)
        run.printer.print(Output(standardError: cleared + text))
    }
    drive(wait, concurrency: openConnections(plan, for: plan.subjects.count), run)
    run.printer.print(Output(standardError: cleared))
    let observations = wait.latest
    let code = ExitCode(of: observations, binary: plan.binaryExit)
    var last: Output?
    if code != .serving, let deadline = run.deadline {
        last = Output(standardError: wait.progress.gaveUp(after: deadline.limit.duration))
    }
    // When the time is up, what is SERVING is not what anybody wants to read; but programs want
    // it all.
    let quiet = plan.quiet || (code != .serving && plan.output != .json)
    return finish(observations, plan, colors, quiet: quiet, run, code, last: last)
}

private func watchChanges(
    _ plan: Plan, _ tls: TLSContext?, _ watchPlan: WatchPlan, _ run: Run, _ colors: Colors
) -> ExitCode {
    let watch = Watch(plan, tls, watchPlan, run, colors: colors)
    drive(watch, concurrency: plan.subjects.count, run)
    run.printer.print(watch.summary())
    let wasStopped = run.machine.signals.pending() != nil
    let code = watch.exitCode
    run.machine.signals.release()
    return run.finish(
        code, wasStopped ? .standstill(Limits.lastWordsPatience) : run.patience(plan))
}

/// Prints everything that was observed, in the form that was asked for, and `last` behind it.
private func finish(
    _ observations: [Observation], _ plan: Plan, _ colors: Colors, quiet: Bool, _ run: Run,
    _ code: ExitCode, last: Output? = nil
) -> ExitCode {
    var report = Report(observations, plan.output, quiet: quiet, colors)
    var last = last
    return run.finish(code, run.patience(plan)) {
        if let piece = report.next() { return piece }
        defer { last = nil }
        return last
    }
}

/// There is nobody to ask for SPIFFE credentials, and no waiting will change that.
private func giveUp(
    _ plan: Plan, _ failure: CredentialFailure, _ run: Run, _ colors: Colors
) -> ExitCode {
    let result = Observation.Result.failed(
        Failure(phase: .spiffe, cause: .noCredentials(failure)))
    var observations: [Observation] = []
    for subject in plan.subjects {
        for service in plan.mode.services(of: subject) {
            observations.append(
                Observation(
                    target: subject.target, method: plan.mode.method,
                    service: service, address: nil, security: plan.security, result: result,
                    timings: Timings(), wallTime: run.machine.startWallTime))
        }
    }
    let code = ExitCode(of: observations, binary: plan.binaryExit)
    if case .watch = plan.mode, let first = observations.first {
        run.printer.print(Output(standardError: WatchReport.failure(first, colors)))
        return run.finish(code, run.patience(plan))
    }
    return finish(observations, plan, colors, quiet: plan.quiet, run, code)
}

extension Run {
    fileprivate func finish(
        _ code: ExitCode, _ patience: Printer.Patience, more: () -> Output? = { nil }
    ) -> ExitCode {
        printer.finish(code, patience, machine.time, more: more)
    }

    /// How long the readers of what is printed are waited for. The time of `-wait` is for the
    /// servers alone.
    fileprivate func patience(_ plan: Plan) -> Printer.Patience {
        Printer.Patience(plan.runTimeout, from: start)
    }
}

extension Mode {
    fileprivate var waitLimit: Duration? {
        if case .wait(let wait) = self { wait.limit } else { nil }
    }
}
