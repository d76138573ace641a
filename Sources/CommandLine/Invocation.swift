package import Basics
import GRPC
package import Outcome
import Plan

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
    ///   - environment: All variables, or those that begin like `variables`.
    ///   - readFile: Gives the contents of the file at a path, if it has no more bytes than the
    ///     limit; the path `-` is standard input. `timeLimit` says how long that may take.
    package static func parse(
        arguments: [String], environment: [(name: String, value: String)],
        readFile: (String, Int) -> FileContents
    ) throws(UsageError) -> Request {
        var draft = PlanDraft()
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
                do throws(UsageError) {
                    try draft.set(index, to: value, readFile: readFile)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        if draft.wantsVersion { return .version }
        try draft.fill(from: environment, except: isGiven, readFile: readFile)
        guard let plan = try draft.settled(environment) else {
            throw UsageError(
                "-addr is missing", hint: "-addr host:port names the server, -h prints help",
                showsUsage: arguments.isEmpty)
        }
        return .run(plan)
    }

    /// What `-timeout` says, wherever it stands: it bounds the reading of files, too. A value that
    /// is wrong is complained of elsewhere.
    package static func timeLimit(
        arguments: [String], environment: [(name: String, value: String)]
    ) -> Duration? {
        var text = environment.first { $0.name.utf8.spells(Flag.variablePrefix + "TIMEOUT") }?.value
        var scanner = ArgumentScanner(arguments)
        while let argument = scanner.next() {
            if case .setting(let index, let value) = argument,
                Flag.table[index].name.utf8.spells("timeout")
            {
                text = value
            }
        }
        guard let text else { return nil }
        do throws(ValueError) {
            return try PlanDraft.timeout(text)
        } catch {
            return nil
        }
    }

    /// What the variables that `parse` looks at begin with; of those that are not ours, the whole
    /// name. Most environments have many others, which need not become strings first.
    package static let variables: [StaticString] = [
        "SWIFT_HEALTH_PROBE_", "NO_COLOR=", "TERM=", "SSL_CERT_FILE=", "SSL_CERT_DIR=",
        "SPIFFE_ENDPOINT_SOCKET=",
    ]
}
