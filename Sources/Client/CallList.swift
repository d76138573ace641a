package import Basics
import GRPC
package import HTTP2
package import Outcome

/// The calls of one connection: those that are open, each on its stream, and those that wait, in
/// the order in which they were asked for.
package struct CallList {
    /// By the numbers that their owner has given them; nil where there is none.
    private var calls: [Call?]
    /// How many there are.
    private var count = 0
    /// The numbers of those that wait, and of some that do not any more.
    private var queue = FIFO<Int>()
    private var streams = StreamTable()
    /// How many calls at a time a peer has turned out to take that has not said so.
    private var learnedLimit = Int.max
    /// What the messages of all calls share.
    private let room = MessageRoom()

    /// - Parameter count: how many numbers there are; they begin with 0.
    package init(count: Int) {
        calls = Array(repeating: nil, count: count)
    }

    package var openCount: Int { streams.count }
    /// Whether there is any call, open or waiting.
    package var isEmpty: Bool { count == 0 }
    package var numbers: [Int] { calls.indices.filter { calls[$0] != nil } }
    /// Whether the peer has refused a call while none was open.
    package var takesNone: Bool { learnedLimit == 0 }

    package subscript(number: Int) -> Call? { calls[number] }

    /// The call on a stream.
    package func number(on stream: StreamID) -> Int? { streams.call(on: stream) }

    /// When the first of those with a limit of their own has to be answered.
    package var earliestDeadline: Instant? {
        calls.reduce(nil) { earliest($0, $1?.deadline?.instant) }
    }

    // MARK: - Waiting

    /// - Precondition: there is no call with this number.
    package mutating func add(_ number: Int, _ call: Call) {
        precondition(calls[number] == nil)
        calls[number] = call
        count += 1
        queue.append(number)
    }

    /// Takes the first of those that wait, if one more may be open at a time.
    ///
    /// - Parameter limit: how many the peer says it takes.
    package mutating func takeNextToMake(limit: Int) -> Int? {
        guard openCount < min(limit, learnedLimit) else { return nil }
        while let number = queue.popFirst() {
            if isWaiting(number) { return number }
        }
        return nil
    }

    /// Whether any waits.
    package var hasWaiting: Bool { queue.all.contains { isWaiting($0) } }

    private func isWaiting(_ number: Int) -> Bool {
        if case .waiting? = calls[number]?.stage { true } else { false }
    }

    /// Those that wait could be made from now on, if the peer takes them.
    package mutating func beginTime(_ limit: Duration, now: Instant) {
        for number in queue.all { calls[number]?.beginTime(limit, now: now) }
    }

    /// Takes out those that wait, in their order.
    package mutating func withdrawWaiting() -> [Int] {
        var numbers: [Int] = []
        while let number = queue.popFirst() {
            guard isWaiting(number) else { continue }
            remove(number)
            numbers.append(number)
        }
        return numbers
    }

    // MARK: - On their streams

    package mutating func submitted(_ number: Int, on stream: StreamID, now: Instant) {
        calls[number]?.submitted(on: stream, in: room, now: now)
        streams.add(stream, for: number)
    }

    /// The streams were those of nobody: the calls on them wait again, before all others.
    package mutating func withdrawAll() {
        let open = calls.indices.filter { calls[$0]?.stream != nil }
        for number in open { calls[number]?.withdraw() }
        queue.prepend(open)
        streams = StreamTable()
    }

    package mutating func receive(_ event: HTTP2Event, _ number: Int) -> Call.Step? {
        calls[number]?.receive(event)
    }

    package mutating func expire(_ number: Int, _ limit: Limit) -> Call.Step? {
        calls[number]?.expire(limit)
    }

    /// Returns why the call has no answer, now that the connection is lost.
    package mutating func lose(_ number: Int, _ cause: Cause) -> Cause {
        guard case .failed(let end)? = calls[number]?.lose(cause)?.end else { return cause }
        return end
    }

    // MARK: - The end

    /// The call is over, or nobody's business here any more.
    @discardableResult
    package mutating func remove(_ number: Int) -> Call? {
        guard let call = calls[number].take() else { return nil }
        if let stream = call.stream { streams.remove(stream) }
        count -= 1
        return call
    }

    /// The peer has refused a call, because those that are open are enough: it gets another when
    /// one of them is over. If there are none, it gets no more here, unless the peer has said that
    /// it takes none for now.
    ///
    /// - Parameter limit: how many the peer says it takes.
    package mutating func learnFromRefusal(limit: Int) {
        if openCount < limit { learnedLimit = openCount }
    }

    /// The peer is asked once more whether it takes any.
    package mutating func forgetTotalRefusal() {
        if takesNone { forgetRefusals() }
    }

    /// A call has waited in vain: the peer may be asked once more whether it takes as many as it
    /// says.
    package mutating func forgetRefusals() { learnedLimit = Int.max }
}
