import HealthProbe
import Network
import ProbeCore

@main
struct Main {
    /// The program: read what is asked for, do it, say what came of it, exit.
    static func main() {
        ProcessContext.openMissingStreams()
        ProcessContext.handleSignals()
        let start = Clock.now()
        do throws(UsageError) {
            let (arguments, environment) = (ProcessContext.arguments, ProcessContext.environment)
            let request = try Invocation.parse(arguments: arguments, environment: environment) {
                let limit = Invocation.timeLimit(arguments: arguments, environment: environment)
                return ProcessContext.contents(
                    ofFile: $0, limit: $1, until: limit.map { start.advanced(by: $0) })
            }
            switch request {
            case .help: finish(Output(Help.text), .serving)
            case .version: finish(Output(Version.text(libraries: libraryVersions) + "\n"), .serving)
            case .run(let plan): ProcessContext.exit(try run(plan, start: start).rawValue)
            }
        } catch {
            finish(Output(error), .usage)
        }
    }

    private static func run(_ plan: Plan, start: Instant) throws(UsageError) -> ExitCode {
        let printer = try Printer.make(for: plan)
        let colors = Colors(
            plan.color,
            outputIsTerminal: { plan.outputFile == nil && TextStream.output().isTerminal },
            errorIsTerminal: { TextStream.error().isTerminal })
        let isWait = if case .wait = plan.mode { true } else { false }
        return try perform(
            plan, start: start,
            Presentation(
                colors: colors, showsProgress: isWait && TextStream.error().isTerminal),
            printer)
    }

    private static func finish(_ output: Output, _ code: ExitCode) -> Never {
        let printer = Printer()
        printer.print(output)
        let code = printer.finish(code, .standstill(Limits.resultsPatience))
        ProcessContext.exit(code.rawValue)
    }
}
