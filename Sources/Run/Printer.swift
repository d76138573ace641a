package import Basics
package import Network
package import Outcome
package import Plan
import Report

/// What is printed, on its way to whoever reads it: results to standard output or a file,
/// everything else to standard error.
///
/// Nothing here waits but `finish`. Results wait for a slow reader, and whoever makes them looks at
/// `isFull` first. Notes (`-v`, `-trace`, progress) are dropped, and counted, where standard error
/// does not take them.
package final class Printer {
    private let results: TextStream
    private let diagnosis: TextStream
    private let file: ReplacementFile?
    /// How far `diagnosis` has to be written: what comes after may be dropped.
    private var promised = 0
    /// How much was ever given to `diagnosis`, in bytes.
    private var told = 0
    private var droppedNotes = 0

    /// A printer to the standard streams.
    package convenience init() {
        self.init(file: nil)
    }

    /// - Parameter file: takes the results instead of standard output.
    private convenience init(file: ReplacementFile?) {
        self.init(results: file?.stream ?? .output(), diagnosis: .error(), file: file)
    }

    /// - Parameter file: where the results become one.
    package init(
        results: TextStream, diagnosis: TextStream, file: ReplacementFile? = nil
    ) {
        self.results = results
        self.diagnosis = diagnosis
        self.file = file
    }

    /// A printer for what a plan wants to have printed.
    ///
    /// - Throws: why there can be no `-output-file`.
    package static func make(for plan: Plan) throws(UsageError) -> Printer {
        guard let path = plan.outputFile else { return Printer() }
        do throws(ReplacementFile.Flaw) {
            return Printer(file: try ReplacementFile.make(path))
        } catch {
            throw UsageError("-output-file: \(quoted(path)): \(error.description)")
        }
    }

    /// Whether no more results should be made before the reader has taken some.
    var isFull: Bool { results.count > Limits.pendingResults }

    /// Whether somebody may still read the results.
    var hasReader: Bool { results.state == .open }

    // MARK: - What is to be printed

    package func print(_ output: Output) {
        results.append(output.standardOutput)
        tell(output.standardError)
    }

    private func tell(_ text: String) {
        guard !text.utf8.isEmpty else { return }
        diagnosis.append(text)
        told += text.utf8.count
        promised = told
    }

    /// Takes a line that may be lost.
    func note(_ line: String) {
        guard diagnosis.count < Limits.pendingNotes else {
            droppedNotes += 1
            return
        }
        admitDrops()
        diagnosis.append(line)
        told += line.utf8.count
    }

    /// Takes what one line of a terminal shows; the next one replaces it.
    func show(_ line: String) {
        guard diagnosis.count == 0 else { return }
        diagnosis.append(line)
        told += line.utf8.count
    }

    private func admitDrops() {
        guard droppedNotes > 0 else { return }
        let line = OutputLoss.notes(droppedNotes).line
        diagnosis.append(line)
        told += line.utf8.count
        droppedNotes = 0
    }

    // MARK: - In the loop

    /// Writes what the readers take.
    ///
    /// - Parameter needsReader: whether the reader of results is missed as soon as it goes away.
    func flush(_ poller: Poller, now: Instant, needsReader: Bool = false) {
        if needsReader { results.noticeEnd(poller) }
        results.flush(poller, now: now)
        diagnosis.flush(poller, now: now)
    }

    /// Waits in `poller` for the readers; returns when it wants to go on at the latest.
    func register(in poller: Poller, needsReader: Bool = false) -> Instant? {
        earliest(
            results.register(in: poller, noticesEnd: needsReader), diagnosis.register(in: poller))
    }

    // MARK: - The end

    /// How long the readers are waited for at the end of a run.
    package enum Patience {
        /// As long as `-timeout` allows.
        case until(Instant, Duration)
        /// As long as they take something, and no longer than this while they take nothing.
        case standstill(Duration)

        /// - Parameters:
        ///   - timeout: that of the run, if there is one.
        ///   - start: when it began to count.
        package init(_ timeout: Duration?, from start: Instant) {
            self =
                timeout.map { .until(start.advanced(by: $0), $0) }
                ?? .standstill(Limits.resultsPatience)
        }
    }

    /// Waits until everything is written, or until patience is at its end.
    ///
    /// - Parameter more: makes the next results when there is room for them; nil for no more.
    /// - Returns: the exit code of the run: no success while results are lost.
    package func finish(
        _ code: ExitCode, _ patience: Patience, _ time: Timekeeper, more: () -> Output? = { nil }
    ) -> ExitCode {
        var loss = deliver(patience, time, more)
        if let file, loss == nil { loss = file.commit().map { .failed(.file(file.path), $0) } }
        if let loss { tell(loss.line) }
        admitDrops()
        let poller = Poller()
        diagnosis.flush(poller, now: time.now)
        return loss != nil && code == .serving ? .usage : code
    }

    private func deliver(
        _ patience: Patience, _ time: Timekeeper, _ more: () -> Output?
    ) -> OutputLoss? {
        let poller = Poller()
        time.look()
        let start = time.now
        var lastMoved = start
        var hasMore = true
        while true {
            let now = time.now
            while hasMore, !isFull {
                if let output = more() { print(output) } else { hasMore = false }
            }
            let before = results.written + diagnosis.written
            flush(poller, now: now)
            if case .failed(let error) = results.state { return .failed(place, error) }
            if results.written + diagnosis.written > before { lastMoved = now }
            if !hasMore, results.count == 0, diagnosis.count == 0 { break }
            let end =
                hasMore || results.count > 0 || diagnosis.written < promised
                ? Self.end(patience, start: start, lastMoved: lastMoved)
                : lastMoved.advanced(by: Limits.readerPatience)
            if end <= now { break }
            if !hasMore || isFull {
                poller.reset()
                let due = earliest(end, register(in: poller)) ?? end
                time.pass(until: due) { poller.wait(for: $0) }
            } else {
                time.look()
            }
        }
        defer { results.discard() }
        guard hasMore || results.count > 0 else { return nil }
        if case .until(_, let timeout) = patience, hasMore, results.count == 0 {
            return .tooMany(timeout: timeout)
        }
        return patience.loss
    }

    private static func end(_ patience: Patience, start: Instant, lastMoved: Instant) -> Instant {
        switch patience {
        case .standstill(let time): lastMoved.advanced(by: time)
        case .until(let deadline, _):
            // What is known only when the time is up is still offered.
            max(deadline, start.advanced(by: Limits.readerPatience))
        }
    }

    private var place: OutputLoss.Place { file.map { .file($0.path) } ?? .standardOutput }
}

extension Printer.Patience {
    /// What it means that it has come to its end.
    fileprivate var loss: OutputLoss {
        switch self {
        case .until(_, let timeout): .tooSlow(timeout: timeout)
        case .standstill(let time): .standstill(time)
        }
    }
}

extension ReplacementFile.Flaw {
    fileprivate var description: String {
        switch self {
        case .notRegular: "not a regular file, which is all that can be replaced"
        case .system(let error): error.description
        }
    }
}
