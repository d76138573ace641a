package import Basics
package import Outcome

/// An instant after which nothing is waited for, and the limit it comes from.
package struct Deadline {
    package let instant: Instant
    package let limit: Limit

    package init(_ limit: Limit, from start: Instant) {
        self.limit = limit
        instant = start.advanced(by: limit.duration)
    }

    /// The one of the two that comes first.
    package func orEarlier(_ other: Deadline?) -> Deadline {
        guard let other, other.instant < instant else { return self }
        return other
    }
}
