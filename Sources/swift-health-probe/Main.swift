import HealthProbe
import Network
import ProbeCore

@main
struct Main {
    /// The program: read what is asked for, do it, say what came of it, exit.
    static func main() {
        ProcessContext.handleSignals()
        do throws(UsageError) {
            let request = try Invocation.parse(
                arguments: ProcessContext.arguments, environment: ProcessContext.environment,
                readFile: ProcessContext.contents)
            switch request {
            case .help: finish(Output(Help.text), .serving)
            case .version: finish(Output(Version.text(libraries: libraryVersions) + "\n"), .serving)
            case .run(let plan): finish(Output(), try run(plan))
            }
        } catch {
            finish(Output(error), .usage)
        }
    }

    private static func run(_ plan: Plan) throws(UsageError) -> ExitCode {
        let colors = Colors(
            plan.color, outputIsTerminal: { StandardStream.output.isTerminal },
            errorIsTerminal: { StandardStream.error.isTerminal })
        // A watch without a reader waits for one; anything else must come to its end.
        let isWatch = if case .watch = plan.mode { true } else { false }
        let isWait = if case .wait = plan.mode { true } else { false }
        return try perform(
            plan, colors: colors, showsProgress: isWait && StandardStream.error.isTerminal
        ) { output in
            write(output, patience: isWatch ? nil : Limits.readerPatience)
        }
    }

    /// Returns whether somebody may still read standard output.
    @discardableResult
    private static func write(_ output: Output, patience: Duration?) -> Bool {
        let fate = StandardStream.output.write(
            Array(output.standardOutput.utf8), patience: patience)
        StandardStream.error.write(
            Array(output.standardError.utf8), patience: Limits.readerPatience)
        return fate != .gone
    }

    private static func finish(_ output: Output, _ code: ExitCode) -> Never {
        write(output, patience: Limits.readerPatience)
        ProcessContext.exit(code.rawValue)
    }
}
