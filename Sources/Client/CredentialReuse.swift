package import Basics

/// When what a SPIFFE agent has said once may be used for another connection.
package struct CredentialReuse: Sendable {
    /// Whether the agent may be asked more than once in a run: a check has no second try, and
    /// does not need one.
    private let asksAgain: Bool

    package init(asksAgain: Bool) {
        self.asksAgain = asksAgain
    }

    /// - Parameters:
    ///   - time: when the agent had spoken.
    ///   - isFailure: whether there are no credentials. Then only those who were waiting for them
    ///     have their answer; the next attempt asks anew.
    ///   - start: when a connection began to want credentials.
    package func allows(answerOf time: Instant, isFailure: Bool, since start: Instant) -> Bool {
        let end = isFailure ? time : time.advanced(by: Limits.credentialAge)
        return !asksAgain || start <= end
    }
}
