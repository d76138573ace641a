import Network
import ProbeCore
import TLS

/// What the TLS connections of a run are made with.
enum TLSSource {
    /// The same for all of them.
    case fixed(TLSContext)
    case spiffe(CredentialSource)

    /// - Parameter context: made from the plan, where it names what TLS needs.
    init?(_ plan: Plan, _ context: TLSContext?, _ run: Run) {
        if let context {
            self = .fixed(context)
        } else if let spiffe = plan.spiffe, case .at(let agent) = spiffe.endpoint {
            self = .spiffe(CredentialSource(spiffe, agent, plan, run))
        } else {
            return nil
        }
    }

    var credentials: CredentialSource? {
        if case .spiffe(let source) = self { source } else { nil }
    }
}

#if TLS
/// Where the connections of a run get their SPIFFE credentials: all that want some at the same
/// time wait for one answer of the agent.
///
/// A check asks the agent once. A wait or a watch asks again when it connects again, and what it
/// has is older than `Limits.credentialAge`, or asking has failed before.
final class CredentialSource {
    enum Answer {
        case wait
        case had(TLSContext)
        case failed(CredentialFailure)
    }

    private let spiffe: SPIFFEPlan
    private let agent: Target
    private let plan: Plan
    private let run: Run
    private let reuse: CredentialReuse
    private var fetch: CredentialFetch?
    /// Fetches that have an outcome and still say goodbye.
    private var leaving: [CredentialFetch] = []
    /// What the last fetch came to, and when that was known.
    private var latest: (answer: Answer, time: Instant)?
    private var hasNews = false
    /// There is a question that `advance` has not gone on with yet.
    private(set) var hasBegunToAsk = false

    init(_ spiffe: SPIFFEPlan, _ agent: Target, _ plan: Plan, _ run: Run) {
        self.spiffe = spiffe
        self.agent = agent
        self.plan = plan
        self.run = run
        reuse = CredentialReuse(asksAgain: plan.mode.triesAgain)
    }

    /// Whether no agent is being left. One that has not answered yet does not count: whoever still
    /// wants the answer waits for it, and nobody else has to.
    var isAtRest: Bool { leaving.isEmpty }

    /// What there is for a connection that has wanted credentials since `start`. Begins to ask the
    /// agent if need be.
    func answer(since start: Instant, now: Instant) -> Answer {
        if let answer = latestAnswer(since: start) { return answer }
        if fetch == nil {
            fetch = CredentialFetch(from: agent, plan, run, now: now)
            hasBegunToAsk = true
        }
        return .wait
    }

    /// Whether `answer` would have one, since another connection has seen to it.
    func hasAnswer(since start: Instant) -> Bool { latestAnswer(since: start) != nil }

    private func latestAnswer(since start: Instant) -> Answer? {
        guard let latest else { return nil }
        let isFailure = if case .failed = latest.answer { true } else { false }
        let isUsable = reuse.allows(answerOf: latest.time, isFailure: isFailure, since: start)
        return isUsable ? latest.answer : nil
    }

    /// Whether an answer has come since the last call.
    func takeHasNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }

    /// Goes on with what has been begun, as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        hasBegunToAsk = false
        for fetch in leaving { fetch.advance(poller, now: now) }
        leaving.removeAll { $0.isGone }
        guard let fetch else { return }
        fetch.advance(poller, now: now)
        guard let outcome = fetch.outcome else { return }
        latest = (answer(for: outcome), now)
        hasNews = true
        if !fetch.isGone { leaving.append(fetch) }
        self.fetch = nil
    }

    private func answer(for outcome: CredentialFetch.Outcome) -> Answer {
        switch outcome {
        case .failed(let failure): return .failed(failure)
        case .had(let credentials):
            do throws(SVIDError) {
                return .had(try TLSContext.make(spiffe, credentials))
            } catch {
                let reason = CredentialFailure.Reason.answer(error)
                return .failed(CredentialFailure(endpoint: agent.spelling, reason: reason))
            }
        }
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        let dues =
            leaving.map { $0.register(in: poller, now: now) }
            + [fetch?.register(in: poller, now: now)]
        return dues.compactMap { $0 }.min()
    }
}
#else
/// The same declarations for a build without TLS, where `perform` refuses SPIFFE before.
final class CredentialSource {
    enum Answer {
        case wait
        case had(TLSContext)
        case failed(CredentialFailure)
    }

    init(_ spiffe: SPIFFEPlan, _ agent: Target, _ plan: Plan, _ run: Run) {}
    var isAtRest: Bool { true }
    var hasBegunToAsk: Bool { false }
    func answer(since start: Instant, now: Instant) -> Answer { .wait }
    func hasAnswer(since start: Instant) -> Bool { false }
    func takeHasNews() -> Bool { false }
    func advance(_ poller: Poller, now: Instant) {}
    func register(in poller: Poller, now: Instant) -> Instant? { nil }
}
#endif
