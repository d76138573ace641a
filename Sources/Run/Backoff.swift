import Basics

/// The time between two attempts to connect (gRPC's doc/connection-backoff.md): 1 s, growing by
/// 1.6 to at most 120 s, each spread by up to 20 % either way so that probes which started
/// together do not stay together.
///
/// The document counts from the beginning of one attempt to the beginning of the next.
package struct Backoff: Equatable, Sendable {
    private static let initial: Duration = .seconds(1)
    private static let maximum: Duration = .seconds(120)

    private var delay = initial

    package init() {}

    /// The delay before the next attempt; the one after it will be longer.
    ///
    /// - Parameter random: from -1 to 1, anew for each call.
    package mutating func next(random: Double) -> Duration {
        let spread = delay.scaled(by: 1 + 0.2 * random)
        delay = min(delay.scaled(by: 1.6), Self.maximum)
        return spread
    }

    /// An attempt has succeeded: the next delay is the first again.
    package mutating func reset() {
        delay = Self.initial
    }
}

extension Duration {
    fileprivate func scaled(by factor: Double) -> Duration {
        .nanoseconds(Int64(Double(wholeNanoseconds) * factor))
    }
}
