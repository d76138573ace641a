import Basics
package import Outcome

extension Output {
    /// What is said about a command line that cannot be obeyed.
    package init(_ error: UsageError) {
        var text = error.showsUsage ? Help.usage : "\(programName): \(error.message)\n"
        if let hint = error.hint { text += "hint: \(hint)\n" }
        self.init(standardError: text)
    }
}
