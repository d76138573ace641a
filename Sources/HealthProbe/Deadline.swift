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

    init(_ plan: Plan, start: Instant, startWallTime: Int64) {
        self.start = start
        self.startWallTime = startWallTime
        runDeadline = plan.runTimeout.map { Deadline(.runTimeout($0), from: start) }
    }

    func sinceStart(_ now: Instant) -> Duration {
        now.since(start)
    }

    func wallTime(at now: Instant) -> Int64 {
        startWallTime + sinceStart(now).wholeNanoseconds
    }
}
