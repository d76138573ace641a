import Network
import ProbeCore

/// What happens to one subject in one mode.
protocol Worker: AnyObject {
    /// Nothing is left to be done, and nothing is held.
    var isFinished: Bool { get }
    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant)
    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant?
}

/// The one loop of the program: the only place that waits and the only one that reads the clock.
///
/// - Parameters:
///   - count: how many workers there are in all.
///   - concurrency: how many of them may run at the same time.
///   - start: makes the worker with this number.
///   - after: called after each step of a worker; false ends the loop at once.
///   - due: when the loop has to look around at the latest, whatever the workers want.
func drive<Work: Worker>(
    count: Int, concurrency: Int, start: (Int, Instant) -> Work,
    after: (Int, Work, Instant) -> Bool, due: (Instant) -> Instant? = { _ in nil }
) {
    let poller = Poller()
    var active: [(number: Int, worker: Work)] = []
    var next = 0
    var now = Clock.now()
    while true {
        while next < count, active.count < concurrency {
            active.append((next, start(next, now)))
            next += 1
        }
        for (number, worker) in active {
            worker.advance(poller, now: now)
            if !after(number, worker, now) { return }
        }
        poller.reset()
        active.removeAll { $0.worker.isFinished }
        if active.isEmpty, next == count { return }
        // Somebody has finished and somebody waits for the place.
        if next < count, active.count < concurrency {
            now = Clock.now()
            continue
        }
        var earliest = due(now)
        for (_, worker) in active {
            guard let wish = worker.register(in: poller, now: now) else { continue }
            earliest = earliest.map { min($0, wish) } ?? wish
        }
        poller.wait(for: earliest.map { $0.since(now) })
        now = Clock.now()
    }
}
