package import Basics
import Network

/// The time of a run. It stands still while something is done, and goes on when that has been
/// waited for: so everything that happens in one round of the loop happens at one time.
package final class Timekeeper {
    package private(set) var now: Instant
    private let read: () -> Instant
    private let sleep: (Duration?, (Duration?) -> Bool) -> Void

    /// The machine's monotonic clock.
    package convenience init() {
        self.init(read: Clock.now) { duration, poll in _ = poll(duration) }
    }

    /// - Parameters:
    ///   - read: what the clock says.
    ///   - sleep: lets so much of its time pass (nil: as long as it takes), or less where something
    ///     happens before. What it is given waits in real time, at most so long, and says whether
    ///     anything has happened.
    package init(
        read: @escaping () -> Instant,
        sleep: @escaping (Duration?, (Duration?) -> Bool) -> Void
    ) {
        self.read = read
        self.sleep = sleep
        now = read()
    }

    /// Looks at the clock without waiting, after something that took long.
    func look() { now = read() }

    /// Waits until `due`, or for ever where that is nil, or until something happens.
    func pass(until due: Instant?, _ poll: (Duration?) -> Bool) {
        sleep(due.map { max(.zero, $0.since(now)) }, poll)
        now = read()
    }
}
