package import Basics
import GRPC
import HTTP2
package import Network
package import Outcome

/// A connection to a target and the gRPC calls on it: makes as many at a time as the peer takes,
/// and says of each how it went. What is asked, how long it may take and what comes after it is the
/// owner's business, who gives each call a number.
///
///     beginning -> ready -> draining -> over
///
/// Each call that was asked for comes to exactly one of `ended`, `refused` and `lost`, unless it is
/// cancelled.
package final class GRPCConnection {
    private enum Stage {
        case beginning
        case ready
        case draining
        case over
    }

    package let start: Instant
    private let connection: PreparedConnection
    private let terms: CallTerms
    private let journal: Journal
    private var stage = Stage.beginning
    private var calls: CallList
    private var keepalive: Keepalive?
    /// When requests could leave first, and how long the peer's SETTINGS took after that.
    private var opening: Instant?
    private var greetingTime: Duration = .zero
    /// The owner's to change as it learns more.
    package var limits: CallLimits

    /// - Parameters:
    ///   - callCount: how many numbers calls may have; they begin with 0.
    ///   - keepalive: how long the peer may be silent before it is asked with a PING.
    package init(
        _ connection: PreparedConnection, _ terms: CallTerms, _ limits: CallLimits, callCount: Int,
        keepalive: Duration? = nil, _ journal: Journal, now: Instant
    ) {
        self.connection = connection
        self.terms = terms
        self.limits = limits
        self.journal = journal
        start = now
        calls = CallList(count: callCount)
        self.keepalive = keepalive.map { Keepalive(every: $0, now: now) }
    }

    // MARK: - How things stand

    /// The socket is closed.
    package var isGone: Bool { connection.isGone }

    /// Whether the peer's SETTINGS have come.
    package var isReady: Bool { stage == .ready || stage == .draining }

    /// Whether calls may be made here, now or later.
    package var takesCalls: Bool {
        guard stage == .beginning || stage == .ready, !calls.takesNone else { return false }
        return connection.session != nil || connection.isBeingMade
    }

    /// Whether there are any calls, open or waiting.
    package var isIdle: Bool { calls.isEmpty }

    package var phase: Phase { connection.phase }

    /// What the peer said with its last GOAWAY.
    package var goAway: Cause? { connection.goAway }

    /// Whether this call is open, or will be.
    package func has(_ call: Int) -> Bool { calls[call] != nil }

    /// Whether a message has come on this call, and it is still open.
    package func isAnswering(_ call: Int) -> Bool { calls[call]?.hasAnswered ?? false }

    /// When the request of this call was submitted, if it is open.
    package func start(of call: Int) -> Instant? { calls[call]?.start }

    // MARK: - The owner's wishes

    /// Makes a call as soon as the peer takes it, unless it is being made.
    ///
    /// - Parameter body: the request's message with its prefix.
    package func call(_ number: Int, body: [UInt8]) {
        guard stage != .over, !has(number) else { return }
        calls.add(number, Call(terms.kind, body: body))
    }

    /// Makes calls again though the peer has refused one while none was open.
    package func askAnyway() { calls.forgetTotalRefusal() }

    /// Ends a call without another word of it.
    package func cancel(_ number: Int) {
        if let stream = calls.remove(number)?.stream { connection.session?.reset(stream, .cancel) }
    }

    /// Gives back the calls that wait, in their order.
    package func withdrawWaiting() -> [Int] { calls.withdrawWaiting() }

    /// Says goodbye, and nothing more to the owner.
    package func leave(until: Instant) {
        for number in calls.numbers { cancel(number) }
        stage = .over
        connection.leave(until: until)
    }

    // MARK: - Steps

    /// Goes as far as it can without waiting; `take` gets what happened, in that order.
    package func advance(_ poller: Poller, now: Instant, _ take: (Event) -> Void) {
        // Who begins when the time is up connects to nobody.
        if limits.toBeReady.map({ start < $0.instant }) ?? true {
            connection.advance(poller, now: now) { event in
                switch event {
                case .identified: take(.identified)
                case .connection(let event): receive(event, now: now, take)
                }
            }
        }
        if keepalive != nil, connection.takeHasRead() { keepalive?.heard(now: now) }
        expire(now: now, take)
        if isReady, keepalive?.takePing(now: now) ?? false { connection.session?.ping() }
        makeCalls(now: now, take)
    }

    /// Writes what there is to say, before the next wait.
    package func flush() { connection.flush() }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    package func register(in poller: Poller, now: Instant) -> Instant? {
        var due = connection.register(in: poller, now: now)
        if stage == .beginning { due = earliest(due, limits.toBeReady?.instant) }
        if isReady { due = earliest(due, keepalive?.due) }
        if isReady, !calls.isEmpty { due = earliest(due, limits.ofAllCalls?.instant) }
        return earliest(due, earliestDeadline)
    }

    /// When the first call with a limit of its own has to be answered.
    private var earliestDeadline: Instant? {
        limits.ofEachCall == nil ? nil : calls.earliestDeadline
    }

    private func makeCalls(now: Instant, _ take: (Event) -> Void) {
        guard stage == .beginning || stage == .ready, calls.hasWaiting,
            let session = connection.session
        else { return }
        if let limit = limits.ofEachCall { calls.beginTime(limit, now: now) }
        // The server is told what is left for the call. Where that is nothing, nothing is sent;
        // `expire` says so when it comes to it.
        let remaining = limits.ofAllCalls.map { $0.instant.since(now) }
        guard remaining ?? .seconds(1) > .zero else { return }
        let timeout = terms.timeout.map { min($0, remaining ?? $0) }
        var headers: HeaderBlock?
        while stage != .over, let number = calls.takeNextToMake(limit: session.peerStreamLimit),
            let call = calls[number]
        {
            let block = headers ?? terms.request.headers(timeout: timeout)
            headers = block
            do throws(HTTP2Error) {
                let stream = try session.submitRequest(block, body: call.body)
                calls.submitted(number, on: stream, now: now)
                take(.submitted(call: number))
            } catch {
                let fault = Cause.ownFault(OwnFault(inRequest: error))
                finish(number, .failed(fault), now: now, take)
            }
        }
    }

    // MARK: - Events of the connection

    private func receive(_ event: Connection.Event, now: Instant, _ take: (Event) -> Void) {
        switch event {
        case .resolved: take(.resolved)
        case .connected(let address): take(.connected(address))
        case .secured(let summary): take(.secured(summary))
        case .open: opening = now
        case .movedOn: calls.withdrawAll()
        case .ready:
            guard stage == .beginning else { return }
            stage = .ready
            greetingTime = opening.map { now.since($0) } ?? .zero
            keepalive?.heard(now: now)
            take(.ready)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            drain(lastStream, code, debugData, take)
        case .http2(let event):
            guard let stream = event.stream, let number = calls.number(on: stream) else { return }
            if event.refusesStream, !isAnswering(number) {
                calls.remove(number)
                calls.learnFromRefusal(limit: connection.session?.peerStreamLimit ?? 0)
                take(.refused(call: number, .streamReset(.refusedStream), wasSubmitted: true))
            } else if let step = calls.receive(event, number) {
                react(to: step, of: number, on: stream, now: now, take)
            }
        case .failed(let failure): lose(failure, take)
        }
    }

    /// The peer takes no more calls than those up to its last stream.
    private func drain(
        _ lastStream: StreamID, _ code: HTTP2ErrorCode, _ debugData: [UInt8],
        _ take: (Event) -> Void
    ) {
        guard stage != .over else { return }
        journal.note(.goAway(code, debugData: debugData))
        if stage == .ready { stage = .draining }
        for number in calls.numbers {
            let stream = calls[number]?.stream
            if let stream, stream <= lastStream { continue }
            calls.remove(number)
            let cause = Cause.goAway(code, debugData: debugData)
            take(.refused(call: number, cause, wasSubmitted: stream != nil))
        }
        take(.draining(code, debugData: debugData))
    }

    private func react(
        to step: Call.Step, of number: Int, on stream: StreamID, now: Instant,
        _ take: (Event) -> Void
    ) {
        for message in step.messages {
            take(.message(call: number, message))
            // The owner may have heard enough.
            guard calls.number(on: stream) == number else { return }
        }
        guard let end = step.end else { return }
        if let code = step.reset {
            connection.session?.reset(stream, code)
        } else if let session = connection.session, session.isSending(stream) {
            // The answer may come before our request is whole; the peer then wants no more of it
            // (PROTOCOL-HTTP2.md, "Errors": RST_STREAM(NO_ERROR)).
            session.reset(stream, .noError)
        }
        finish(number, end, now: now, take)
    }

    private func finish(
        _ number: Int, _ end: GRPCCall.End, now: Instant, _ take: (Event) -> Void
    ) {
        guard let call = calls.remove(number) else { return }
        var end = end
        // The server's clock started no earlier than the request was sent, ours at its SETTINGS.
        if case .failed = end, isReady, call.stream != nil,
            let deadline = call.deadline ?? limits.ofAllCalls,
            deadline.instant <= now.advanced(by: greetingTime)
        {
            end = end.attributingCancellation(to: deadline.limit)
        }
        take(.ended(call: number, end, submitted: call.start))
    }

    private func lose(_ failure: Failure, _ take: (Event) -> Void) {
        guard stage != .over else { return }
        let wasReady = isReady
        stage = .over
        var lost: [LostCall] = []
        for number in calls.numbers {
            let end = calls.lose(number, failure.cause)
            let wasSubmitted = calls.remove(number)?.stream != nil
            lost.append(LostCall(number: number, wasSubmitted: wasSubmitted, cause: end))
        }
        take(.lost(failure, wasReady: wasReady, calls: lost))
    }

    // MARK: - Limits

    private func expire(now: Instant, _ take: (Event) -> Void) {
        if stage == .beginning, let limit = limits.toBeReady, limit.instant <= now {
            giveUp(connection.failure(at: limit.limit), now: now, take)
        } else if isReady, let limit = keepalive?.deadline, limit.instant <= now {
            giveUp(Failure(phase: .rpc, cause: .timedOut(limit.limit)), now: now, take)
        }
        let allAreOver = isReady && limits.ofAllCalls.map { $0.instant <= now } ?? false
        guard allAreOver || earliestDeadline.map({ $0 <= now }) ?? false else { return }
        for number in calls.numbers {
            guard let call = calls[number],
                let deadline = allAreOver ? limits.ofAllCalls : call.deadline,
                deadline.instant <= now
            else { continue }
            if let stream = call.stream {
                guard let step = calls.expire(number, deadline.limit) else { continue }
                react(to: step, of: number, on: stream, now: now, take)
            } else {
                calls.forgetRefusals()
                let cause: Cause = isReady ? .noTurn(deadline.limit) : .timedOut(deadline.limit)
                finish(number, .failed(cause), now: now, take)
            }
        }
    }

    private func giveUp(_ failure: Failure, now: Instant, _ take: (Event) -> Void) {
        lose(failure, take)
        connection.leave(until: now)
    }
}
