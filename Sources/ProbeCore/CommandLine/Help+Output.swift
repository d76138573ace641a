extension Output {
    /// What is said about a command line that cannot be obeyed.
    package init(_ error: UsageError) {
        standardError = error.showsUsage ? Help.usage : "\(programName): \(error.message)\n"
        if let hint = error.hint { standardError += "hint: \(hint)\n" }
    }
}
