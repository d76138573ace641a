package import Basics
package import Outcome
package import Plan
package import TLS

/// What the TLS connections of a run are made with.
package enum TLSSource {
    /// The same for all of them.
    case fixed(TLSContext)
    /// What the SPIFFE agent says.
    case spiffe(CredentialStore)

    /// - Parameter context: made from the plan, where it names what TLS needs.
    package init?(_ plan: Plan, _ context: TLSContext?) {
        if let context {
            self = .fixed(context)
        } else if plan.spiffe != nil {
            self = .spiffe(CredentialStore(asksAgain: plan.mode.triesAgain))
        } else {
            return nil
        }
    }
}

/// What the SPIFFE agent has last said, for the connections of a run: all that want credentials at
/// the same time wait for one answer.
///
/// A check asks the agent once. A wait or a watch asks again when it connects again, and what it
/// has is older than `Limits.credentialAge`, or asking has failed before.
package final class CredentialStore {
    package enum Answer {
        case had(TLSContext)
        case failed(CredentialFailure)
    }

    private let reuse: CredentialReuse
    /// The last answer, and when it came.
    private var latest: (answer: Answer, time: Instant)?
    /// Whether somebody waits for an answer that is not there yet.
    private(set) package var isWanted = false

    /// - Parameter asksAgain: whether the agent may be asked more than once.
    package init(asksAgain: Bool) {
        reuse = CredentialReuse(asksAgain: asksAgain)
    }

    /// What there is for a connection that has wanted credentials since `start`. Where there is
    /// nothing, it wants them.
    package func take(since start: Instant) -> Answer? {
        guard let answer = answer(since: start) else {
            isWanted = true
            return nil
        }
        return answer
    }

    /// Whether there is something for it.
    package func hasAnswer(since start: Instant) -> Bool { answer(since: start) != nil }

    package func put(_ answer: Answer, now: Instant) {
        latest = (answer, now)
        isWanted = false
    }

    private func answer(since start: Instant) -> Answer? {
        guard let latest else { return nil }
        let isFailure = if case .failed = latest.answer { true } else { false }
        let isUsable = reuse.allows(answerOf: latest.time, isFailure: isFailure, since: start)
        return isUsable ? latest.answer : nil
    }
}
