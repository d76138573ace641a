package import Basics
package import GRPC
package import HTTP2
import Outcome

/// One gRPC call on a connection, from the wish for it until it is over. A class, because it is
/// large and its list hands it out.
package final class Call {
    package enum Stage {
        /// It has not been made: the connection is not there yet, or takes no more at a time.
        case waiting
        case open(StreamID, since: Instant)
    }

    /// What an event has come to.
    package struct Step {
        /// The messages that count, decompressed: of a call that stays open each one as it comes,
        /// of any other the one that it has ended well with.
        package var messages: [[UInt8]] = []
        /// How the call has ended, if it has.
        package var end: GRPCCall.End?
        /// What to reset the stream with, because the peer thinks that the call goes on.
        package var reset: HTTP2ErrorCode?
    }

    /// The request's message with its prefix.
    package let body: [UInt8]
    private(set) package var stage = Stage.waiting
    /// When it has to be answered, where it has a limit of its own: with its end, or, where the
    /// call stays open, with its first message.
    private(set) package var deadline: Deadline?
    /// Whether a message has come.
    private(set) package var hasAnswered = false
    private let kind: GRPCCall.Kind
    private var machine: GRPCCall
    private var messages: [GRPCMessage] = []

    package init(_ kind: GRPCCall.Kind, body: [UInt8]) {
        self.kind = kind
        self.body = body
        machine = GRPCCall(kind: kind)
    }

    package var stream: StreamID? {
        if case .open(let stream, _) = stage { stream } else { nil }
    }

    /// When the request was submitted.
    package var start: Instant? {
        if case .open(_, let start) = stage { start } else { nil }
    }

    /// The call could be made from now on, if the peer takes it: its time begins to run.
    func beginTime(_ limit: Duration, now: Instant) {
        guard deadline == nil, !hasAnswered else { return }
        deadline = Deadline(.rpcTimeout(limit), from: now)
    }

    /// - Parameter room: what its messages share with those of the other calls.
    func submitted(on stream: StreamID, in room: MessageRoom, now: Instant) {
        stage = .open(stream, since: now)
        machine = GRPCCall(kind: kind, in: room)
    }

    /// The call was submitted to nobody, and waits again.
    func withdraw() {
        stage = .waiting
        deadline = nil
    }

    /// Takes an event of the call's stream.
    func receive(_ event: HTTP2Event) -> Step? {
        step(after: machine.receive(event, messages: &messages))
    }

    /// Its time is up.
    func expire(_ limit: Limit) -> Step? {
        step(after: machine.expire(limit))
    }

    /// Its connection is lost.
    func lose(_ cause: Cause) -> Step? {
        step(after: machine.loseConnection(cause))
    }

    /// Nil where the call goes on, and there is nothing new to say of it.
    private func step(after action: GRPCCall.Action) -> Step? {
        var step: Step
        switch action {
        case .proceed where messages.isEmpty || kind == .unary: return nil
        case .proceed: step = Step()
        case .end(let end): step = Step(end: end)
        case .abandon(let end, let code): step = Step(end: end, reset: code)
        }
        guard !messages.isEmpty, kind == .serverStreaming || step.end == .ok else { return step }
        do throws(BadResponse) {
            for message in messages { step.messages.append(try message.plain()) }
        } catch {
            if step.end == nil { step.reset = .cancel }
            step.end = .failed(.badResponse(error))
        }
        messages = []
        hasAnswered = true
        deadline = nil
        return step
    }
}
