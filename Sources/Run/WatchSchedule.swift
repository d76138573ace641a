package import Basics

/// When a watch of one target makes its next calls, and when its next connection for them.
///
/// A call is due, or it is out: it has been handed over by `takeDueCalls`, and one of the methods
/// below says what has become of it.
package struct WatchSchedule: Equatable, Sendable {
    private struct Call: Equatable, Sendable {
        /// Nil while the call is out, and for good once no call can help.
        var due: Instant?
        var isOver = false
        var backoff = Backoff()
        /// How often in a row a server has not taken the call.
        var refusals = 0
    }

    /// From one Check to the next; nil for a Watch, which stays open.
    private let poll: Duration?
    private var calls: [Call]
    private var backoff = Backoff()
    /// No connection is made before.
    private var earliestConnection: Instant
    /// When a connection is made for its own sake: to see whether somebody is there.
    private var look: Instant?

    /// All calls are due at once.
    package init(services: Int, poll: Duration?, now: Instant) {
        self.poll = poll
        calls = Array(repeating: Call(due: now), count: services)
        earliestConnection = now
    }

    // MARK: - What is due

    /// When the next call is due, of those that are not out.
    package var nextCall: Instant? { calls.compactMap { $0.due }.min() }

    /// When the next connection has to be made, where there is none.
    package var nextConnection: Instant? {
        let call = nextCall.map { max($0, earliestConnection) }
        guard let look, let call else { return look ?? call }
        return min(look, call)
    }

    /// The services whose calls are due; they are out from now on. What was refused most often goes
    /// first: a server that takes one call on each connection would else always take the same.
    package mutating func takeDueCalls(now: Instant) -> [Int] {
        var services: [Int] = []
        for service in calls.indices {
            guard let due = calls[service].due, due <= now else { continue }
            calls[service].due = nil
            services.append(service)
        }
        guard services.contains(where: { calls[$0].refusals > 0 }) else { return services }
        return services.sorted {
            (calls[$1].refusals, $0) < (calls[$0].refusals, $1)
        }
    }

    // MARK: - Calls

    /// The server has told a status.
    package mutating func answered(_ service: Int) {
        calls[service].backoff.reset()
        calls[service].refusals = 0
    }

    /// A Check is over and was answered.
    ///
    /// - Parameter start: when the call was made.
    package mutating func finished(_ service: Int, madeAt start: Instant, now: Instant) {
        guard let poll, !calls[service].isOver else { return }
        calls[service].due = max(now, start.advanced(by: poll))
    }

    /// A call has failed, and is made again later on.
    ///
    /// - Parameter random: from -1 to 1, anew for each call.
    /// - Returns: when.
    package mutating func failed(
        _ service: Int, madeAt start: Instant, now: Instant, random: Double
    ) -> Instant? {
        guard !calls[service].isOver else { return nil }
        let delay = max(calls[service].backoff.next(random: random), poll ?? .zero)
        calls[service].due = max(now, start.advanced(by: delay))
        return calls[service].due
    }

    /// The server has not begun the call, which is then made again at once: it is for another
    /// connection, or for another turn. With each of them one service at least gets its answer,
    /// so that a call which is refused more often than there are services has failed.
    ///
    /// - Returns: whether it is made again.
    package mutating func refused(_ service: Int, now: Instant) -> Bool {
        calls[service].refusals += 1
        guard calls[service].refusals <= calls.count else { return false }
        ask(service, now: now)
        return true
    }

    /// The call is made as soon as there is a connection.
    package mutating func ask(_ service: Int, now: Instant) {
        guard !calls[service].isOver else { return }
        calls[service].due = now
    }

    /// No call can help this service any more.
    package mutating func giveUp(_ service: Int) {
        calls[service] = Call(due: nil, isOver: true)
    }

    // MARK: - Connections

    /// A connection is being made.
    package mutating func connecting() { look = nil }

    /// A server is there.
    package mutating func connected() { backoff.reset() }

    /// The last connection has come to an end of its own, and was of use: the next one may follow
    /// at once.
    package mutating func mayReconnect(now: Instant) { earliestConnection = now }

    /// The last connection failed, or came to nothing: the next one is due some time after it was
    /// begun.
    package mutating func backOff(fromStart start: Instant, now: Instant, random: Double) {
        earliestConnection = max(now, start.advanced(by: backoff.next(random: random)))
    }

    /// The server may be gone while nothing was to be asked.
    package mutating func lookForServer() { look = earliestConnection }

    /// The last connection was of use, and has ended without a word while nothing was to be asked.
    /// The next call makes another one; where that is long to wait, it is looked before then
    /// whether the server is still there.
    package mutating func wasLeft(fromStart start: Instant, now: Instant, random: Double) {
        earliestConnection = now
        look = max(now, start.advanced(by: backoff.next(random: random)))
    }

    /// The server that was going away is gone: whoever comes after it may be there soon, however
    /// often it was not there before.
    package mutating func predecessorIsGone(now: Instant, random: Double) {
        backoff.reset()
        let soon = now.advanced(by: backoff.next(random: random))
        earliestConnection = min(earliestConnection, soon)
    }
}
