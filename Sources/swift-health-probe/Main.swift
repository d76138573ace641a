import HealthProbe
import Network
import ProbeCore

@main
struct Main {
    /// The program: read what is asked for, observe, report, exit.
    static func main() {
        ProcessContext.handleSignals()
        do throws(UsageError) {
            let request = try Invocation.parse(
                arguments: ProcessContext.arguments, environment: ProcessContext.environment,
                readFile: ProcessContext.contents)
            switch request {
            case .help: finish(Output(Help.text), .serving)
            case .version: finish(Output(Version.text(libraries: libraryVersions) + "\n"), .serving)
            case .check(let plan):
                let observations = observe(plan)
                let code = ExitCode(of: observations, binary: plan.binaryExit)
                finish(report(observations, plan), code)
            }
        } catch {
            finish(Output(error), .usage)
        }
    }

    private static func report(_ observations: [Observation], _ plan: Plan) -> Output {
        switch plan.output {
        case .text:
            let colors = Colors(
                plan.color, outputIsTerminal: { StandardStream.output.isTerminal },
                errorIsTerminal: { StandardStream.error.isTerminal })
            return TextReport.output(of: observations, quiet: plan.quiet, colors: colors)
        case .json:
            return JSONReport.output(of: observations, quiet: plan.quiet)
        case .prometheus:
            return PrometheusReport.output(of: observations, quiet: plan.quiet)
        }
    }

    private static func finish(_ output: Output, _ code: ExitCode) -> Never {
        StandardStream.output.write(
            Array(output.standardOutput.utf8), patience: Limits.readerPatience)
        StandardStream.error.write(
            Array(output.standardError.utf8), patience: Limits.readerPatience)
        ProcessContext.exit(code.rawValue)
    }
}
