import Basics
import CommandLine
import Network
import Outcome
import Plan
import Report
import Run

@main
struct Main {
    /// The program: read what is asked for, do it, say what came of it, exit.
    static func main() {
        ProcessContext.openMissingStreams()
        ProcessContext.handleSignals()
        let machine = Machine()
        do throws(UsageError) {
            let arguments = ProcessContext.arguments
            let environment = ProcessContext.environment(beginningWith: Invocation.variables)
            let request = try Invocation.parse(arguments: arguments, environment: environment) {
                let limit = Invocation.timeLimit(arguments: arguments, environment: environment)
                return ProcessContext.contents(
                    ofFile: $0, limit: $1, until: limit.map { machine.start.advanced(by: $0) })
            }
            switch request {
            case .help: say(Output(Help.text), .serving, machine)
            case .version:
                say(Output(Version.text(libraries: libraryVersions) + "\n"), .serving, machine)
            case .run(let plan): ProcessContext.exit(try run(plan, machine).rawValue)
            }
        } catch {
            say(Output(error), .usage, machine)
        }
    }

    private static func run(_ plan: Plan, _ machine: Machine) throws(UsageError) -> ExitCode {
        let printer = try Printer.make(for: plan)
        let colors = Colors(
            plan.color,
            outputIsTerminal: { plan.outputFile == nil && TextStream.output().isTerminal },
            errorIsTerminal: { TextStream.error().isTerminal })
        let isWait = if case .wait = plan.mode { true } else { false }
        let presentation = Presentation(
            colors: colors, showsProgress: isWait && TextStream.error().isTerminal)
        return try perform(plan, presentation, printer, on: machine)
    }

    private static func say(_ output: Output, _ code: ExitCode, _ machine: Machine) -> Never {
        let printer = Printer()
        printer.print(output)
        let code = printer.finish(code, .standstill(Limits.resultsPatience), machine.time)
        ProcessContext.exit(code.rawValue)
    }
}
