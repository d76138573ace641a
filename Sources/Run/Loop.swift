import Basics
import Client
import Network

/// What happens to one subject, from its start to its end.
protocol Worker: AnyObject {
    /// Which one of its job's workers this is; no two have the same number at a time.
    var number: Int { get }
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

    /// How many workers there will be; their numbers begin with 0.
    var workerCount: Int { get }
    /// Who gets the workers their SPIFFE credentials, if they want some.
    var credentials: CredentialAgent? { get }
    /// When the next worker is to start, if one is.
    var nextStart: Instant? { get }
    /// Makes the worker that is due, if one is.
    func start(now: Instant) -> Work?
    /// Takes what a worker has found out in a step.
    func take(from work: Work, now: Instant)
    /// A worker that can go on because of what others did; asked until there is none.
    func nextToWake() -> Int?
    /// Looks, once a round, at what no worker knows: signals, limits.
    func look(now: Instant)
    /// When to look at the latest.
    var due: Instant? { get }
    /// Whether nothing may happen while the readers of what is printed do not keep up.
    var needsReaders: Bool { get }
}

/// The one loop of the program: it waits for all workers, for the SPIFFE agent, and for the readers
/// of what is printed.
///
/// - Parameter concurrency: how many workers may run at the same time.
func drive(_ job: some Job, concurrency: Int, _ run: Run) {
    Loop(job, concurrency: concurrency, run.printer, run.machine.time).run()
}

/// The numbers of those who wait.
private enum Member {
    static let printer = 0
    static let credentials = 1
    /// That of worker 0; the others' follow.
    static let workers = 2
}

/// Wakes who has something to do: whose descriptors are ready, whose time has come, whom another
/// one's step concerns. A round costs as much as there is to do, however many workers there are.
private final class Loop<J: Job> {
    private let job: J
    private let concurrency: Int
    private let printer: Printer
    private let time: Timekeeper
    private let pollers: PollerGroup
    /// By their numbers; nil for those that have not begun, or are finished.
    private var workers: [J.Work?]
    private var activeCount = 0
    /// When each member of `pollers` wants to go on.
    private var dues: DueQueue
    /// Members of `pollers` that have something to do.
    private var ready: [Int] = []
    private var isReady: [Bool]

    init(_ job: J, concurrency: Int, _ printer: Printer, _ time: Timekeeper) {
        self.job = job
        self.concurrency = concurrency
        self.printer = printer
        self.time = time
        let count = job.workerCount
        pollers = PollerGroup(count: Member.workers + count)
        workers = Array(repeating: nil, count: count)
        dues = DueQueue(count: Member.workers + count)
        isReady = Array(repeating: false, count: Member.workers + count)
    }

    func run() {
        // Until now files may have been read, for as long as they took.
        time.look()
        while true {
            let now = time.now
            flushPrinter(now: now)
            job.look(now: now)
            wakeOthers()
            startWorkers(now: now)
            let isHeld = job.needsReaders && printer.isFull
            if !isHeld { stepReady(now: now) }
            flushPrinter(now: now)
            guard goesOn else { return }
            wait(isHeld: isHeld)
        }
    }

    private var goesOn: Bool {
        activeCount > 0 || nextStart != nil || job.credentials?.isAtRest == false
    }

    private var nextStart: Instant? { activeCount < concurrency ? job.nextStart : nil }

    private func flushPrinter(now: Instant) {
        printer.flush(
            pollers.poller(of: Member.printer), now: now, needsReader: job.needsReaders)
    }

    // MARK: - Steps

    private func startWorkers(now: Instant) {
        while activeCount < concurrency, let work = job.start(now: now) {
            workers[work.number] = work
            activeCount += 1
            wake(Member.workers + work.number)
        }
    }

    private func wake(_ member: Int) {
        guard !isReady[member] else { return }
        isReady[member] = true
        ready.append(member)
    }

    private func wakeOthers() {
        while let number = job.nextToWake() { wake(Member.workers + number) }
    }

    /// Lets everybody go on who is ready, also those whom these wake.
    private func stepReady(now: Instant) {
        while let member = dues.take(now: now) { wake(member) }
        var index = 0
        while index < ready.count {
            let member = ready[index]
            index += 1
            isReady[member] = false
            if member == Member.credentials {
                stepCredentials(now: now)
            } else {
                stepWorker(member - Member.workers, now: now)
                wakeOthers()
                if job.credentials?.hasToAsk == true { stepCredentials(now: now) }
            }
        }
        ready.removeAll(keepingCapacity: true)
    }

    private func stepWorker(_ number: Int, now: Instant) {
        guard let work = workers[number] else { return }
        let member = Member.workers + number
        let poller = pollers.poller(of: member)
        work.advance(poller, now: now)
        job.take(from: work, now: now)
        if work.isFinished {
            workers[number] = nil
            activeCount -= 1
            dues.set(member, due: nil)
            pollers.remove(member)
        } else {
            poller.reset()
            dues.set(member, due: work.register(in: poller, now: now))
            pollers.update(member)
        }
    }

    private func stepCredentials(now: Instant) {
        guard let agent = job.credentials else { return }
        let poller = pollers.poller(of: Member.credentials)
        if agent.advance(poller, now: now) {
            for number in workers.indices where workers[number] != nil {
                wake(Member.workers + number)
            }
        }
        poller.reset()
        dues.set(Member.credentials, due: agent.register(in: poller, now: now))
        pollers.update(Member.credentials)
    }

    // MARK: - Waiting

    private func wait(isHeld: Bool) {
        let poller = pollers.poller(of: Member.printer)
        poller.reset()
        var wish = earliest(
            job.due, printer.register(in: poller, needsReader: job.needsReaders))
        if job.needsReaders, !printer.hasReader { wish = time.now }
        // Nobody else may go on before the readers have.
        guard !isHeld else { return time.pass(until: wish) { poller.wait(for: $0) } }
        pollers.update(Member.printer)
        wish = earliest(wish, earliest(nextStart, dues.earliest))
        time.pass(until: wish) { duration in
            pollers.wait(for: duration) { if $0 != Member.printer { wake($0) } }
        }
    }
}
