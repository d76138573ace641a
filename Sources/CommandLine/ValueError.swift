/// Why a value is not what a flag takes: one line, lower case, fit for a terminal. Whoever reads
/// the value does not know whether it came from a flag or from a variable; the caller adds that.
package struct ValueError: Error, Equatable {
    package var message: String
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
