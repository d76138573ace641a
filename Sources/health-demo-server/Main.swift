import Basics
import Network

@main
struct Main {
    static func main() {
        do throws(ConsoleError) {
            let arguments = try Arguments.parse(ProcessContext.arguments)
            if arguments.wantsHelp {
                finish(.output(), Arguments.help, exitCode: 0)
            }
            try serve(arguments)
            ProcessContext.exit(0)
        } catch {
            finish(.error(), "health-demo-server: \(error.message)\n", exitCode: 1)
        }
    }

    /// The server is gone, and with it the names of its sockets, when this returns.
    private static func serve(_ arguments: Arguments) throws(ConsoleError) {
        try Server(arguments).run(readsInput: arguments.readsInput)
    }

    private static func finish(
        _ stream: TextStream, _ text: String, exitCode: Int32
    ) -> Never {
        stream.append(text)
        stream.finish(patience: Limits.readerPatience)
        ProcessContext.exit(exitCode)
    }
}
