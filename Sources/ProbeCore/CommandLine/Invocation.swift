/// What this run is asked to do.
package enum Request: Equatable, Sendable {
    case check(Plan)
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
    /// Larger than `Limits.headerFileSize`.
    case tooLarge
}

/// One call of the program: its arguments and its environment.
package enum Invocation {
    /// Decides what is asked for.
    ///
    /// Help goes first, so that it can be had in the middle of a line that does not work yet;
    /// then errors; then `-version`, which does not look at the environment. A flag on the
    /// command line replaces its variable, a broken one too.
    ///
    /// - Parameters:
    ///   - arguments: Without the name of the program.
    ///   - environment: All variables, or those that `isRead` knows.
    ///   - readFile: Gives the contents of the file at a path.
    package static func parse(
        arguments: [String], environment: [(name: String, value: String)],
        readFile: (String) -> FileContents
    ) throws(UsageError) -> Request {
        var settings = Settings()
        var isGiven = [Bool](repeating: false, count: Flag.table.count)
        var failure: UsageError?
        var scanner = ArgumentScanner(arguments)
        while let argument = scanner.next() {
            switch argument {
            case .help:
                return .help
            case .wrong(let error):
                failure = failure ?? error
            case .setting(let index, let value):
                isGiven[index] = true
                guard failure == nil else { continue }
                let flag = Flag.table[index]
                do throws(UsageError) {
                    try settings.set(flag, to: value, from: "-\(flag.name)", readFile: readFile)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        if settings.wantsVersion { return .version }
        try settings.fill(from: environment, except: isGiven, readFile: readFile)
        guard let plan = settings.settled(terminalWantsColor: wantsColor(environment)) else {
            throw UsageError(
                "-addr is missing", hint: "-addr host:port names the server, -h prints help",
                showsUsage: arguments.isEmpty)
        }
        return .check(plan)
    }

    /// Whether `parse` looks at this variable. Most environments have many others, which need
    /// not become strings first.
    package static func isRead(variable name: some Collection<UInt8>) -> Bool {
        name.starts(with: Flag.variablePrefix.utf8) || name.spells("NO_COLOR")
            || name.spells("TERM")
    }

    /// Two customs: `NO_COLOR` (no-color.org) when it is not empty, and a terminal called `dumb`.
    private static func wantsColor(_ environment: [(name: String, value: String)]) -> Bool {
        !environment.contains { name, value in
            name.utf8.spells("NO_COLOR") && !value.utf8.isEmpty
                || name.utf8.spells("TERM") && value.utf8.spells("dumb")
        }
    }
}
