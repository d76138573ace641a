import Network
import ProbeCore

/// Tells the steps of a run on standard error as they happen, for those who asked for it.
final class Journal {
    private let verbosity: Verbosity
    private let start: Instant
    private let target: String

    init(_ verbosity: Verbosity, start: Instant, target: String) {
        self.verbosity = verbosity
        self.start = start
        self.target = target
    }

    func note(_ step: @autoclosure () -> Step) {
        guard verbosity > .silent else { return }
        let line = StepText.line(step(), target: target, elapsed: Clock.now().since(start))
        StandardStream.error.write(Array(line.utf8), patience: Limits.readerPatience)
    }
}
