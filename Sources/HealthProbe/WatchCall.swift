import HTTP2
import ProbeCore

/// The call that keeps an eye on one service: a Watch that stays open, or a Check that is made
/// again and again (`-poll`).
struct WatchCall {
    /// What a call has to say.
    enum News {
        case status(ServingStatus)
        /// The call is over without having said all it could.
        case ended(Failure)
        /// The call is over, and it was all right: a Check that was answered.
        case done
    }

    let method: HealthMethod
    let service: String
    private(set) var stream: StreamID?
    /// The call is to be made as soon as the connection can take one.
    private(set) var isWanted = false
    private var call: GRPCCall
    private var messages: [GRPCMessage] = []
    /// Whether a status has come on this call.
    private(set) var hasSpoken = false
    /// When the call has to have spoken; nil once it has, and while there is none.
    private(set) var deadline: Deadline?
    /// When the call was made.
    private(set) var start: Instant?

    init(method: HealthMethod, service: String) {
        self.method = method
        self.service = service
        call = GRPCCall(kind: .unary)
    }

    /// The call is to be made, or is being made.
    var isOut: Bool { isWanted || stream != nil }

    mutating func want() {
        if stream == nil { isWanted = true }
    }

    mutating func submitted(
        as stream: StreamID, in room: MessageRoom, deadline: Deadline, now: Instant
    ) {
        self.stream = stream
        self.deadline = deadline
        start = now
        isWanted = false
        call = GRPCCall(kind: method == .watch ? .serverStreaming : .unary, in: room)
        messages = []
        hasSpoken = false
    }

    /// The call was submitted to nobody, and has to be submitted again.
    mutating func withdraw() {
        guard stream != nil else { return }
        drop()
        isWanted = true
    }

    /// The call is nobody's business on this connection any more.
    mutating func drop() {
        stream = nil
        deadline = nil
        isWanted = false
    }

    /// Takes an event of this call's stream.
    ///
    /// - Returns: the news in their order, and the code to reset the stream with, if need be.
    mutating func receive(_ event: HTTP2Event) -> (news: [News], reset: HTTP2ErrorCode?) {
        conclude(call.receive(event, messages: &messages))
    }

    mutating func expire() -> (news: [News], reset: HTTP2ErrorCode?) {
        guard let deadline else { return ([], nil) }
        return conclude(call.expire(deadline.limit))
    }

    private mutating func conclude(
        _ action: GRPCCall.Action
    ) -> (news: [News], reset: HTTP2ErrorCode?) {
        var news: [News] = []
        // A Watch speaks with every message; a Check only once its trailers say OK.
        if method == .watch, let failure = takeMessages(into: &news) {
            stream = nil
            deadline = nil
            return (news + [.ended(failure)], .cancel)
        }
        switch action {
        case .proceed: return (news, nil)
        case .end(let end): return (news + finish(end), nil)
        case .abandon(let end, let code): return (news + finish(end), code)
        }
    }

    private mutating func finish(_ end: GRPCCall.End) -> [News] {
        stream = nil
        deadline = nil
        defer { messages = [] }
        switch end {
        case .failed(let cause): return [.ended(Failure(phase: .rpc, cause: cause))]
        case .ok where method == .watch:
            // Legal, and yet the end of what we know (health.proto, "Watch").
            return [.ended(Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .ok))))]
        case .ok:
            var news: [News] = []
            if let failure = takeMessages(into: &news) { return [.ended(failure)] }
            return news + [.done]
        }
    }

    /// Turns the messages that have come into statuses; returns what is wrong with one.
    private mutating func takeMessages(into news: inout [News]) -> Failure? {
        guard !messages.isEmpty else { return nil }
        let taken = messages
        messages.removeAll(keepingCapacity: true)
        do throws(BadResponse) {
            for message in taken {
                news.append(.status(try HealthCheckResponse.decode(try message.plain())))
            }
        } catch {
            return Failure(phase: .rpc, cause: .badResponse(error))
        }
        hasSpoken = true
        deadline = nil
        return nil
    }
}
