package import Basics
import GRPC
package import Network
import Outcome
package import Plan
import TLS

#if TLS
/// Asks the SPIFFE agent for credentials when connections want some, and puts its answers where
/// they find them.
package final class CredentialAgent {
    private let spiffe: SPIFFEPlan
    private let agent: Target
    private let plan: Plan
    private let endOfRun: Deadline?
    private let journal: Journal
    private let store: CredentialStore
    private var fetch: CredentialFetch?
    /// Fetches that have an outcome and still say goodbye.
    private var leaving: [CredentialFetch] = []

    /// Nil where no credentials are wanted.
    ///
    /// - Parameter endOfRun: when everything has to be over.
    package init?(
        _ source: TLSSource?, _ plan: Plan, endOfRun: Deadline?,
        journal: (_ agent: Target) -> Journal
    ) {
        guard case .spiffe(let store)? = source, let spiffe = plan.spiffe,
            case .at(let agent) = spiffe.endpoint
        else { return nil }
        self.spiffe = spiffe
        self.agent = agent
        self.plan = plan
        self.endOfRun = endOfRun
        self.journal = journal(agent)
        self.store = store
    }

    /// Whether no agent is being left. One that has not answered yet does not count: whoever still
    /// wants the answer waits for it, and nobody else has to.
    package var isAtRest: Bool { leaving.isEmpty }

    /// There is a question that `advance` has not gone on with yet.
    package var hasToAsk: Bool { store.isWanted && fetch == nil }

    /// Goes as far as it can without waiting.
    ///
    /// - Returns: whether an answer has come.
    package func advance(_ poller: Poller, now: Instant) -> Bool {
        for fetch in leaving { fetch.advance(poller, now: now) }
        leaving.removeAll { $0.isGone }
        if hasToAsk {
            fetch = CredentialFetch(from: agent, plan, endOfRun: endOfRun, journal, now: now)
        }
        guard let fetch else { return false }
        fetch.advance(poller, now: now)
        guard let outcome = fetch.outcome else { return false }
        store.put(answer(for: outcome), now: now)
        if !fetch.isGone { leaving.append(fetch) }
        self.fetch = nil
        return true
    }

    private func answer(for outcome: CredentialFetch.Outcome) -> CredentialStore.Answer {
        switch outcome {
        case .failed(let reason):
            return .failed(CredentialFailure(endpoint: agent.spelling, reason: reason))
        case .had(let credentials):
            do throws(SVIDError) {
                return .had(try TLSContext.make(spiffe, credentials))
            } catch {
                return .failed(CredentialFailure(endpoint: agent.spelling, reason: .answer(error)))
            }
        }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    package func register(in poller: Poller, now: Instant) -> Instant? {
        leaving.reduce(fetch?.register(in: poller, now: now)) {
            earliest($0, $1.register(in: poller, now: now))
        }
    }
}
#else
/// The same declarations for a build without TLS, where `perform` refuses SPIFFE before.
package final class CredentialAgent {
    package init?(
        _ source: TLSSource?, _ plan: Plan, endOfRun: Deadline?,
        journal: (_ agent: Target) -> Journal
    ) { nil }
    package var isAtRest: Bool { true }
    package var hasToAsk: Bool { false }
    package func advance(_ poller: Poller, now: Instant) -> Bool { false }
    package func register(in poller: Poller, now: Instant) -> Instant? { nil }
}
#endif
