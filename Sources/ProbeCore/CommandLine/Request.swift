/// What this run is asked to do.
package enum Request: Equatable, Sendable {
    case run(Plan)
    case help
    case version
}

/// Why the command line or the environment cannot be obeyed: one line, lower case, naming the
/// flag or the variable, fit for a terminal.
package struct UsageError: Error, Equatable {
    package var message: String
    package var hint: String?
    /// Nothing was asked for at all: the short usage helps more than a complaint.
    package var showsUsage: Bool

    package init(_ message: String, hint: String? = nil, showsUsage: Bool = false) {
        self.message = message
        self.hint = hint
        self.showsUsage = showsUsage
    }

    /// What is wrong with the value of a flag, `-name`, or of a variable.
    init(_ error: ValueError, about source: String) {
        self.init("\(source): \(error.message)", hint: error.hint)
    }
}

/// A file that the command line names, read by the caller.
package enum FileContents: Equatable, Sendable {
    case bytes([UInt8])
    case unreadable(reason: String)
    /// Larger than the limit that was set for it.
    case tooLarge
    /// A pipe whose writer had not come to its end when the time was up.
    case late
}
