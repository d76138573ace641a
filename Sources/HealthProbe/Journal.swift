import Network
import ProbeCore

/// Tells the steps of a run on standard error as they happen, for those who asked for it.
final class Journal {
    private let verbosity: Verbosity
    private let start: Instant
    private let target: String

    private let printer: Printer

    init(_ verbosity: Verbosity, start: Instant, target: String, _ printer: Printer) {
        self.verbosity = verbosity
        self.start = start
        self.target = target
        self.printer = printer
    }

    func note(_ step: @autoclosure () -> Step) {
        guard verbosity > .silent else { return }
        printer.note(StepText.line(step(), target: target, elapsed: Clock.now().since(start)))
    }
}
