import Outcome
package import Plan

/// What this run is asked to do.
package enum Request: Equatable, Sendable {
    case run(Plan)
    case help
    case version
}

extension UsageError {
    /// What is wrong with the value of a flag, `-name`, or of a variable.
    init(_ error: ValueError, about source: String) {
        self.init("\(source): \(error.message)", hint: error.hint)
    }

    /// Complains about a flag without the one that it belongs to.
    static func check(
        _ isGiven: Bool, _ flag: String, needs other: String, _ otherIsGiven: Bool
    ) throws(UsageError) {
        guard isGiven, !otherIsGiven else { return }
        throw UsageError("\(flag) needs \(other)")
    }
}
