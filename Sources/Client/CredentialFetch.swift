#if TLS
import Basics
import GRPC
import Network
import Outcome
import Plan

/// One question to the SPIFFE Workload API: a plaintext connection to the agent, one call of
/// FetchX509SVID on it, its first message, and the goodbye. The agent would go on to send new
/// credentials as they come; whoever needs them asks again.
///
/// The limits are those of any call: `-connect-timeout` for the connection, `-rpc-timeout` for the
/// answer, `-timeout` for the run.
final class CredentialFetch {
    enum Outcome {
        case had(SPIFFECredentials)
        case failed(CredentialFailure.Reason)
    }

    private let plan: Plan
    private let endOfRun: Deadline?
    private let journal: Journal
    private let connection: GRPCConnection
    private var deadline: Deadline
    private(set) var outcome: Outcome?

    init(
        from agent: Target, _ plan: Plan, endOfRun: Deadline?, _ journal: Journal, now: Instant
    ) {
        self.plan = plan
        self.endOfRun = endOfRun
        self.journal = journal
        deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
            .orEarlier(endOfRun)
        let terms = CallTerms(
            request: RequestTemplate(
                path: X509SVIDResponse.path, usesTLS: false, authority: agent.authority,
                userAgent: plan.userAgent, metadata: X509SVIDResponse.metadata),
            kind: .serverStreaming, timeout: plan.rpcTimeout)
        connection = GRPCConnection(
            PreparedConnection(
                to: agent, nil, journal, traces: plan.verbosity == .frames, staysLong: false),
            terms, CallLimits(toBeReady: deadline, ofAllCalls: endOfRun), callCount: 1,
            journal, now: now)
        connection.call(0, body: MessagePrefix.framed([]))
    }

    /// There is an outcome, and the agent has been left.
    var isGone: Bool { outcome != nil && connection.isGone }

    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        connection.advance(poller, now: now) { receive($0, now: now) }
        if outcome != nil {
            // An agent that let the deadline pass is not waited for once more.
            connection.leave(until: min(now.advanced(by: Limits.farewell), deadline.instant))
        }
        connection.flush()
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        connection.register(in: poller, now: now)
    }

    private func receive(_ event: GRPCConnection.Event, now: Instant) {
        guard outcome == nil else { return }
        switch event {
        case .identified, .resolved, .connected, .secured, .draining: break
        case .ready:
            deadline = Deadline(.rpcTimeout(plan.rpcTimeout), from: now).orEarlier(endOfRun)
            connection.limits.ofAllCalls = deadline
        case .submitted: journal.note(.fetchingIdentity)
        // The first message is all that is asked for; that the call goes on is no concern.
        case .message(_, let message): outcome = outcome(of: message)
        case .ended(_, .ok, _): fail(.rpc, .badResponse(.noMessage))
        case .ended(_, .failed(let cause), _): fail(.rpc, cause)
        case .refused(_, let cause, _): fail(.rpc, cause)
        case .lost(let failure, _, let calls):
            fail(failure.phase, calls.first?.cause ?? failure.cause)
        }
    }

    private func outcome(of message: [UInt8]) -> Outcome {
        do throws(SVIDError) {
            let credentials = try X509SVIDResponse.decode(message)
            journal.note(
                .identified(credentials.identity, credentials.bundles.map { $0.trustDomain }))
            return .had(credentials)
        } catch {
            return .failed(.answer(error))
        }
    }

    private func fail(_ phase: Phase, _ cause: Cause) {
        outcome = .failed(.call(Failure(phase: phase, cause: cause)))
    }
}
#endif
