#if TLS
import HTTP2
import Network
import ProbeCore

/// One question to the SPIFFE Workload API: a plaintext connection to the agent, one call of
/// FetchX509SVID on it, its first message, and the goodbye. The agent would go on to send new
/// credentials as they come; whoever needs them asks again.
///
/// The limits are those of any call: `-connect-timeout` for the connection, `-rpc-timeout` for the
/// answer, `-timeout` for the run.
final class CredentialFetch {
    enum Outcome {
        case had(SPIFFECredentials)
        case failed(CredentialFailure)
    }

    private let agent: Target
    private let plan: Plan
    private let run: Run
    private let journal: Journal
    private let connection: Connection
    private var call = GRPCCall(kind: .serverStreaming)
    private var stream: StreamID?
    private var messages: [GRPCMessage] = []
    private var deadline: Deadline
    private var isReady = false
    private(set) var outcome: Outcome?

    init(from agent: Target, _ plan: Plan, _ run: Run, now: Instant) {
        self.agent = agent
        self.plan = plan
        self.run = run
        journal = run.journal(plan, about: agent)
        deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
            .orEarlier(run.deadline)
        connection = Connection(
            to: agent, nil, journal: journal, traces: plan.verbosity == .frames)
    }

    /// There is an outcome, and the agent has been left.
    var isGone: Bool { outcome != nil && connection.isGone }

    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        for event in connection.advance(poller, now: now) { receive(event, now: now) }
        if outcome == nil, deadline.instant <= now { expire() }
        guard outcome != nil else { return connection.flush(now: now) }
        // An agent that let the deadline pass is not waited for once more.
        connection.leave(until: min(now.advanced(by: Limits.farewell), deadline.instant))
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        let due = connection.register(in: poller, now: now)
        guard outcome == nil else { return due }
        return due.map { min($0, deadline.instant) } ?? deadline.instant
    }

    // MARK: - Events

    private func receive(_ event: Connection.Event, now: Instant) {
        guard outcome == nil else { return }
        switch event {
        case .identified, .resolved, .connected, .secured: break
        case .open: submit(now: now)
        case .passedOn: stream = nil
        case .ready:
            isReady = true
            deadline = Deadline(.rpcTimeout(plan.rpcTimeout), from: now)
                .orEarlier(run.deadline)
        case .http2(.goAway(let lastStream, let code, let debugData)):
            let cause = Cause.goAway(code, debugData: debugData)
            if let stream, stream > lastStream { react(call.loseConnection(cause)) }
        case .http2(let event):
            guard let stream, event.stream == stream else { return }
            react(call.receive(event, messages: &messages))
        case .failed(let phase, let cause):
            fail(Failure(phase: isReady ? .rpc : phase, cause: cause))
        }
    }

    private func submit(now: Instant) {
        guard let session = connection.session else { return }
        let remaining = run.deadline.map { $0.instant.since(now) } ?? plan.rpcTimeout
        let headers = requestHeaders(
            path: X509SVIDResponse.path, usesTLS: false, authority: agent.authority,
            timeout: max(.milliseconds(1), min(plan.rpcTimeout, remaining)),
            userAgent: plan.userAgent, metadata: X509SVIDResponse.metadata)
        do throws(HTTP2Error) {
            stream = try session.submitRequest(headers, body: MessagePrefix.framed([]))
            journal.note(.fetchingIdentity)
        } catch {
            fail(Failure(phase: .rpc, cause: .ownFault(OwnFault(inRequest: error))))
        }
    }

    private func react(_ action: GRPCCall.Action) {
        // The first message is all that is asked for; that the call goes on is no concern.
        if let message = messages.first {
            if case .end = action {} else { reset(.cancel) }
            take(message)
            return
        }
        switch action {
        case .proceed: break
        case .end(let end): conclude(end)
        case .abandon(let end, let code):
            reset(code)
            conclude(end)
        }
    }

    private func conclude(_ end: GRPCCall.End) {
        switch end {
        case .ok: fail(Failure(phase: .rpc, cause: .badResponse(.noMessage)))
        case .failed(let cause): fail(Failure(phase: .rpc, cause: cause))
        }
    }

    private func reset(_ code: HTTP2ErrorCode) {
        if let stream { connection.session?.reset(stream, code) }
    }

    // MARK: - Outcomes

    private func take(_ message: GRPCMessage) {
        let bytes: [UInt8]
        do throws(BadResponse) {
            bytes = try message.plain()
        } catch {
            return fail(Failure(phase: .rpc, cause: .badResponse(error)))
        }
        do throws(SVIDError) {
            let credentials = try X509SVIDResponse.decode(bytes)
            journal.note(
                .identified(credentials.identity, credentials.bundles.map { $0.trustDomain }))
            outcome = .had(credentials)
        } catch {
            outcome = .failed(CredentialFailure(endpoint: agent.spelling, reason: .answer(error)))
        }
    }

    private func expire() {
        guard isReady else { return fail(connection.failure(at: deadline.limit)) }
        guard stream != nil else {
            return fail(Failure(phase: .rpc, cause: .timedOut(deadline.limit)))
        }
        react(call.expire(deadline.limit))
    }

    private func fail(_ failure: Failure) {
        guard outcome == nil else { return }
        outcome = .failed(CredentialFailure(endpoint: agent.spelling, reason: .call(failure)))
    }
}
#endif
