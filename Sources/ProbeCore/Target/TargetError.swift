/// Why a spelling is not a target: one line, lower case, fit for a terminal.
package struct TargetError: Error, Equatable {
    package var message: String
    /// What to write instead, where that can be guessed.
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
