import Basics
import Client
import Network
import Outcome
import Plan
import Report

/// What everything in a run shares: when it began, when it has to be over, and where its words go.
struct Run {
    let machine: Machine
    let deadline: Deadline?
    let printer: Printer

    /// - Parameter waitLimit: the limit of `-wait`, which ends a run as `-timeout` does.
    init(
        _ plan: Plan, _ machine: Machine, _ printer: Printer, waitLimit: Duration? = nil
    ) {
        self.machine = machine
        self.printer = printer
        let timeout = plan.runTimeout.map { Deadline(.runTimeout($0), from: machine.start) }
        let wait = waitLimit.map { Deadline(.wait($0), from: machine.start) }
        deadline = wait?.orEarlier(timeout) ?? timeout
    }

    var start: Instant { machine.start }

    /// Nanoseconds since 1970-01-01T00:00:00Z at `now`.
    func wallTime(at now: Instant) -> Int64 {
        machine.startWallTime.addingSaturated(now.since(start).wholeNanoseconds)
    }

    /// Who asks for SPIFFE credentials, where the plan wants some.
    func credentialAgent(_ source: TLSSource?, _ plan: Plan) -> CredentialAgent? {
        CredentialAgent(source, plan, endOfRun: deadline) { journal(plan, about: $0) }
    }

    /// What tells the steps towards a target, for those who asked for it.
    func journal(_ plan: Plan, about target: Target) -> Journal {
        guard plan.verbosity > .silent else { return Journal(nil) }
        let (time, start, printer, name) = (machine.time, start, printer, target.spelling)
        return Journal { step in
            printer.note(StepText.line(step, target: name, elapsed: time.now.since(start)))
        }
    }
}

extension Plan {
    /// How long a connection may take from its beginning, until something better is known: where
    /// the SPIFFE agent is asked first, its own two limits end that.
    var limitToConnect: Limit {
        .connectTimeout(spiffe == nil ? connectTimeout : connectTimeout + rpcTimeout)
    }
}
