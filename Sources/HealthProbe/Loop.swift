import Network
import ProbeCore

/// What happens to one subject, from its start to its end.
protocol Worker: AnyObject {
    /// Nothing is left to be done, and nothing is held.
    var isFinished: Bool { get }
    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant)
    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant?
}

/// What the program does with its subjects: when their workers start, and what becomes of what
/// they find out.
protocol Job<Work>: AnyObject {
    associatedtype Work: Worker

    /// When the next worker is to start, if one is.
    var nextStart: Instant? { get }
    /// Makes the worker that is due, if one is.
    func start(now: Instant) -> Work?
    /// Takes what a worker has found out in a step.
    func take(from work: Work, now: Instant)
    /// Looks, once a round, at what no worker knows: signals, limits.
    func look(now: Instant)
    /// When to look at the latest.
    var due: Instant? { get }
    /// Whether nothing may happen while the readers of what is printed do not keep up.
    var needsReaders: Bool { get }
}

/// The one loop of the program: it waits for all workers and for the readers of what is printed.
///
/// - Parameter concurrency: how many workers may run at the same time.
func drive<Work>(_ job: some Job<Work>, concurrency: Int, _ printer: Printer) {
    let poller = Poller()
    var active: [Work] = []
    var now = Clock.now()
    while true {
        printer.flush(poller, now: now, needsReader: job.needsReaders)
        job.look(now: now)
        while active.count < concurrency, let work = job.start(now: now) { active.append(work) }
        let isHeld = job.needsReaders && printer.isFull
        if !isHeld {
            for work in active {
                work.advance(poller, now: now)
                job.take(from: work, now: now)
            }
        }
        printer.flush(poller, now: now, needsReader: job.needsReaders)
        poller.reset()
        active.removeAll { $0.isFinished }
        let nextStart = active.count < concurrency ? job.nextStart : nil
        if active.isEmpty, nextStart == nil { return }
        var wish = earliest(
            job.due, printer.register(in: poller, needsReader: job.needsReaders))
        if !isHeld {
            wish = earliest(wish, nextStart)
            for work in active { wish = earliest(wish, work.register(in: poller, now: now)) }
        }
        if job.needsReaders, !printer.hasReader { wish = now }
        poller.wait(for: wish.map { $0.since(now) })
        now = Clock.now()
    }
}
