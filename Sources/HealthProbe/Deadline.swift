package import ProbeCore

/// An instant after which nothing is waited for, and the limit it comes from.
package struct Deadline {
    package let instant: Instant
    package let limit: Limit

    package init(_ limit: Limit, from start: Instant) {
        self.limit = limit
        instant = start.advanced(by: limit.duration)
    }

    func orEarlier(_ other: Deadline?) -> Deadline {
        guard let other, other.instant < instant else { return self }
        return other
    }
}

/// What everything in a run shares: when it began, when it has to be over, and where its words go.
struct Run {
    let start: Instant
    /// Nanoseconds since 1970-01-01T00:00:00Z at `start`.
    let startWallTime: Int64
    let deadline: Deadline?
    let printer: Printer

    /// - Parameter waitLimit: the limit of `-wait`, which ends a run as `-timeout` does.
    init(
        _ plan: Plan, start: Instant, startWallTime: Int64, _ printer: Printer,
        waitLimit: Duration? = nil
    ) {
        self.start = start
        self.startWallTime = startWallTime
        self.printer = printer
        let timeout = plan.runTimeout.map { Deadline(.runTimeout($0), from: start) }
        let wait = waitLimit.map { Deadline(.wait($0), from: start) }
        deadline = wait?.orEarlier(timeout) ?? timeout
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z at `now`.
    func wallTime(at now: Instant) -> Int64 {
        startWallTime.addingSaturated(now.since(start).wholeNanoseconds)
    }

    /// What tells the steps towards a target, for those who asked for it.
    func journal(_ plan: Plan, about target: Target) -> Journal {
        Journal(plan.verbosity, start: start, target: target.spelling, printer)
    }
}

extension Plan {
    /// How long a connection may take from its beginning, until something better is known: where
    /// the SPIFFE agent is asked first, its own two limits end that.
    var limitToConnect: Limit {
        .connectTimeout(spiffe == nil ? connectTimeout : connectTimeout + rpcTimeout)
    }
}
