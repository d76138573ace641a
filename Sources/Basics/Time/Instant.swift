/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
///
/// Values come from `Network`'s clock; nothing here reads one.
package struct Instant: Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant `duration` later, or the end of time where that would be past it.
    package func advanced(by duration: Duration) -> Instant {
        Instant(nanoseconds: nanoseconds.addingSaturated(duration.wholeNanoseconds))
    }

    /// The time from `earlier` to this instant, or the longest that 64 bits hold.
    package func since(_ earlier: Instant) -> Duration {
        let (time, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        guard overflow else { return .nanoseconds(time) }
        return .nanoseconds(nanoseconds < earlier.nanoseconds ? Int64.min : .max)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded toward zero; `Int64.max` where it would overflow.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return product.addingSaturated(attoseconds / 1_000_000_000)
    }

    /// Twice the time, or `limit` where that is less; never less than the time itself.
    package func doubled(atMost limit: Duration) -> Duration {
        // Compared before it is doubled: there is an end to what a `Duration` holds.
        self >= limit ? self : self > limit / 2 ? limit : self + self
    }
}

extension Int64 {
    /// The sum, or the greatest or least number where it would be beyond that.
    package func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}

/// The earlier of two instants, of which either may be missing.
package func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}
