/// Why a spelling is not a target: one line, lower case, fit for a terminal.
package struct TargetError: Error, Equatable {
    package var message: String
    /// What to write instead, where that can be guessed.
    package var hint: String?
    /// The message without what was written. A file of targets may turn out to be another file
    /// than was meant, with secrets in it.
    package var redactedMessage: String
    package var redactedHint: String?

    /// What is wrong, said without a word of what was written.
    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
        redactedMessage = message
        redactedHint = hint
    }

    /// What is wrong with a part of what was written.
    ///
    /// - Parameters:
    ///   - part: what to call the text where it must not be shown.
    ///   - fault: how the sentence goes on after the text.
    package init(
        _ text: some Sequence<UInt8>, as part: String = "the target", _ fault: String,
        hint: String? = nil
    ) {
        self.init("\(quoted(text)) \(fault)", hint: hint)
        redactedMessage = "\(part) \(fault)"
    }
}
