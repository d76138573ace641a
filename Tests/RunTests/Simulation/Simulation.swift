import Basics
import CommandLine
import Foundation
import Network
import Outcome
import Plan
import Report
import Run
import TestSupport

/// A machine on which days pass in no time, and the servers on it.
///
/// The run is the real one, and so are its sockets. All of it happens in the test's own thread, in
/// turn: when neither the run nor a server nor the reader has anything left to do, time jumps to
/// what is due next.
final class Simulation {
    /// What became of a run.
    struct Transcript {
        var code: Int32
        var output: String
        var errors: String
        /// How long it took.
        var duration: Duration

        /// The lines of the results.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    private var servers: [SimulatedServer] = []
    private var events: [(time: Instant, happen: () -> Void)] = []
    private var output: Reader?
    private var errors: Reader?
    private var signal: Int32?
    private var generator: SplitMix64
    /// How often something has happened since time went on.
    private var stepsOfThisMoment = 0

    /// - Parameter seed: of everything that is left to chance.
    init(seed: UInt64 = 1) {
        generator = SplitMix64(seed: seed)
    }

    // MARK: - What there is, and what happens

    /// A health server.
    ///
    /// - Parameters:
    ///   - statuses: of its services, as numbers.
    ///   - manner: how it treats the connection with this number, counted from 0.
    func server(
        _ statuses: [String: Int32] = ["": 1], manner: @escaping (_ connection: Int) -> Manner
    ) throws -> SimulatedServer {
        let server = try SimulatedServer(statuses, manner: manner) { [unowned self] in now }
        servers.append(server)
        return server
    }

    func server(_ statuses: [String: Int32] = ["": 1]) throws -> SimulatedServer {
        try server(statuses) { _ in .serves }
    }

    /// Has something happen so long from now.
    func after(_ time: Duration, _ happen: @escaping () -> Void) {
        let time = now.advanced(by: time)
        let index = events.firstIndex { time < $0.time } ?? events.count
        events.insert((time, happen), at: index)
    }

    /// Has something happen again and again, for so long.
    func every(_ interval: Duration, for time: Duration, _ happen: @escaping () -> Void) {
        var next = interval
        while next <= time {
            after(next, happen)
            next += interval
        }
    }

    /// Sends SIGINT to the run.
    func interrupt() { signal = 2 }

    /// Whether somebody reads the results.
    var isReaderAwake: Bool {
        get { output?.isAwake ?? true }
        set { output?.isAwake = newValue }
    }

    /// A random number below `bound`.
    func random(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

    // MARK: - Runs

    /// Runs the program with these arguments.
    ///
    /// - Parameter preparation: how long it takes until the first thing can be done, as where the
    ///   targets are read from a slow pipe.
    func run(_ arguments: [String], preparation: Duration = .zero) throws -> Transcript {
        let request = try Invocation.parse(arguments: arguments, environment: []) { path, _ in
            .unreadable(reason: "there are no files here")
        }
        guard case .run(let plan) = request else { throw UsageError("nothing to run") }
        let (output, errors) = (try Reader(), try Reader())
        (self.output, self.errors) = (output, errors)
        let machine = machine
        let start = now
        now = now.advanced(by: preparation)
        let code = try perform(
            plan, Presentation(colors: Colors(output: false, error: false), showsProgress: false),
            Printer(results: output.stream, diagnosis: errors.stream), on: machine)
        _ = (output.read(), errors.read())
        return Transcript(
            code: code.rawValue, output: String(decoding: output.bytes, as: UTF8.self),
            errors: String(decoding: errors.bytes, as: UTF8.self), duration: now.since(start))
    }

    /// Checks everything of a plan once.
    func observe(_ plan: Plan) -> [Observation] { Run.observe(plan, on: machine) }

    private var machine: Machine {
        Machine(
            time: Timekeeper(read: { [unowned self] in now }, sleep: sleep),
            startWallTime: 1_700_000_000_000_000_000,
            random: { [unowned self] in Double.random(in: -1...1, using: &generator) },
            signals: Signals(hold: {}, release: {}, pending: { [unowned self] in signal }))
    }

    // MARK: - Time

    /// Lets time pass until something happens to the run, at most so much.
    private func sleep(_ duration: Duration?, _ poll: (Duration?) -> Bool) {
        let end = duration.map { now.advanced(by: $0) }
        let signalBefore = signal
        while signal == signalBefore {
            let somebodyActs = act()
            if poll(.zero) { return countStep() }
            if somebodyActs { continue }
            guard let next = earliest(end, events.first?.time) else {
                fatalError("the run waits for something that will never happen")
            }
            if now < next {
                now = next
                stepsOfThisMoment = 0
            }
            while let event = events.first, event.time <= now {
                events.removeFirst()
                event.happen()
            }
            if let end, end <= now {
                _ = act()
                _ = poll(.zero)
                return countStep()
            }
        }
    }

    private func act() -> Bool {
        var somebodyActs = false
        for server in servers where server.act() { somebodyActs = true }
        for reader in [output, errors] where reader?.read() ?? false { somebodyActs = true }
        return somebodyActs
    }

    private func countStep() {
        stepsOfThisMoment += 1
        precondition(stepsOfThisMoment < 100_000, "time stands still: the run is busy for ever")
    }
}

/// Who reads what the run prints.
private final class Reader {
    let stream: TextStream
    private(set) var bytes: [UInt8] = []
    var isAwake = true
    private let ends: (reading: Int32, writing: Int32)

    init() throws {
        var pair: [Int32] = [-1, -1]
        guard pipe(&pair) == 0 else { throw SocketError("pipe") }
        ends = (pair[0], pair[1])
        for end in pair { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        stream = TextStream(descriptor: ends.writing)
    }

    deinit {
        close(ends.reading)
        close(ends.writing)
    }

    /// Reads what is there; returns whether there was anything.
    func read() -> Bool {
        guard isAwake else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(ends.reading, &buffer, buffer.count)
        guard count > 0 else { return false }
        bytes += buffer[..<count]
        return true
    }
}
