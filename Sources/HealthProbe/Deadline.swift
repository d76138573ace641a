import ProbeCore

/// An instant after which nothing is waited for, and the limit it comes from.
struct Deadline {
    let instant: Instant
    let limit: Limit

    init(_ limit: Limit, from start: Instant) {
        self.limit = limit
        instant = start.advanced(by: limit.duration)
    }

    func orEarlier(_ other: Deadline?) -> Deadline {
        guard let other, other.instant < instant else { return self }
        return other
    }
}

/// When a run began and when it has to be over.
struct RunClock {
    let start: Instant
    /// Nanoseconds since 1970-01-01T00:00:00Z at `start`.
    let startWallTime: Int64
    let runDeadline: Deadline?

    /// - Parameter waitLimit: the limit of `-wait`, which ends a run as `-timeout` does.
    init(_ plan: Plan, start: Instant, startWallTime: Int64, waitLimit: Duration? = nil) {
        self.start = start
        self.startWallTime = startWallTime
        let timeout = plan.runTimeout.map { Deadline(.runTimeout($0), from: start) }
        let wait = waitLimit.map { Deadline(.wait($0), from: start) }
        runDeadline = wait?.orEarlier(timeout) ?? timeout
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z at `now`.
    func wallTime(at now: Instant) -> Int64 {
        startWallTime.addingSaturated(now.since(start).wholeNanoseconds)
    }
}

extension Plan {
    /// How long a connection may take from its beginning, until something better is known: where
    /// the SPIFFE agent is asked first, its own two limits end that.
    var limitToConnect: Limit {
        .connectTimeout(spiffe == nil ? connectTimeout : connectTimeout + rpcTimeout)
    }
}
