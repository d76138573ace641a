import Basics
import Outcome
import Plan

extension PlanDraft {
    /// The one mode that the flags ask for.
    func settledMode() throws(UsageError) -> Mode {
        let modes = [(wantsList, "-list"), (wantsWatch, "-watch"), (waitLimit != nil, "-wait")]
        let chosen = modes.filter { $0.0 }
        guard chosen.count < 2 else {
            throw UsageError("\(chosen[0].1) and \(chosen[1].1) cannot be used together")
        }
        try UsageError.check(interval != nil, "-interval", needs: "-wait", waitLimit != nil)
        try UsageError.check(poll != nil, "-poll", needs: "-watch", wantsWatch)
        try UsageError.check(until != nil, "-until", needs: "-watch", wantsWatch)
        try UsageError.check(keepalive != nil, "-keepalive", needs: "-watch", wantsWatch)
        if wantsList { return try listMode() }
        if wantsWatch { return try watchMode() }
        guard let waitLimit else { return .check }
        var wait = WaitPlan(limit: waitLimit)
        if let interval { wait.interval = interval }
        return .wait(wait)
    }

    private func listMode() throws(UsageError) -> Mode {
        guard plan.services.isEmpty else {
            throw UsageError("-list lists every service: leave -service out")
        }
        if let firstLineWithServices {
            throw UsageError(
                "-list lists every service, but \(firstLineWithServices) names some",
                hint: "with -list, a line of -targets has nothing after its target")
        }
        return .list
    }

    private func watchMode() throws(UsageError) -> Mode {
        if case .prometheus = plan.output {
            throw UsageError(
                "-output prometheus shows one moment and cannot be used with -watch",
                hint: "-output json prints a line for each change")
        }
        var watch = WatchPlan()
        watch.poll = poll
        watch.until = until
        watch.keepalive = keepalive
        return .watch(watch)
    }

    /// A status by its name in health.proto, or the state that a watch has another name for.
    static func awaitedState(_ text: String) throws(ValueError) -> AwaitedState {
        for state in AwaitedState.all where text.utf8.spells(state.name) { return state }
        let names = joined(AwaitedState.all.map { $0.name }, by: ", ")
        throw ValueError("\(quoted(text)) is not one of \(names)")
    }

    static func concurrency(_ text: String) throws(ValueError) -> Int {
        guard let number = Array(text.utf8)[...].decimal(atMost: Limits.concurrency), number > 0
        else {
            throw ValueError("\(quoted(text)) is not a number from 1 to \(Limits.concurrency)")
        }
        return Int(number)
    }
}
