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
}
