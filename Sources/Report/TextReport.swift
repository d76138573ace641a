import Basics
import GRPC
import Outcome

/// `-output text`: answers on standard output, failures on standard error.
package enum TextReport {
    /// One result is one line. Of several, each has its line in a table, and the failures among
    /// them a line more that says why. What a server lists is always a table.
    ///
    /// - Parameter shown: those of `observations` that are not left out.
    static func table(
        of shown: [Observation], among observations: [Observation], colors: Colors
    ) -> ResultTable? {
        guard observations.count > 1 || observations.contains(where: { $0.isListed }) else {
            return nil
        }
        return ResultTable(shown, colored: colors.output)
    }

    /// The line of a result that is alone; nothing for a failure.
    static func line(of only: Observation, colors: Colors) -> String {
        guard case .answered(let status) = only.result else { return "" }
        let name = Paint(only.result).applied(to: status.name, colors.output)
        return "status: \(name)\n"
    }

    /// The failures among the results of a run, each a line, and their hints.
    ///
    /// A line that would only repeat the one before it is left out: every service of a target
    /// fails in the same way when there is no connection. A hint stands once, below the last of
    /// the lines in a row that it is for.
    static func failureLines(of observations: [Observation], colored: Bool) -> String {
        var text = ""
        var previous = ""
        var hint: String?
        for (index, observation) in observations.enumerated() {
            guard let failure = observation.failure else { continue }
            let words = FailureText(observation, failure)
            let line = self.line(
                of: words, failure, observation,
                namesService: isOneOfSeveral(index, in: observations), colored: colored)
            if line == previous { continue }
            if words.hint != hint {
                text += hintLine(hint, colored: colored)
                hint = words.hint
            }
            text += line
            previous = line
        }
        return text + hintLine(hint, colored: colored)
    }

    /// The line of a failure.
    ///
    /// - Parameter namesService: whether the target was asked for others too. What goes wrong
    ///   before the call concerns all of them.
    private static func line(
        of text: FailureText, _ failure: Failure, _ observation: Observation, namesService: Bool,
        colored: Bool
    ) -> String {
        let phase = Paint.bold.applied(to: failure.phase.word, colored)
        var subject = escaped(text.endpoint ?? observation.target.spelling)
        if namesService, failure.phase == .rpc {
            subject += " " + clipped(quoted(observation.service), to: Limits.shownNameSize)
        }
        let line = "\(programName): \(phase) \(subject): \(text.cause)"
        // The end of the line counts too.
        return clipped(line, to: Limits.failureLineSize - 1) + "\n"
    }

    static func hintLine(_ hint: String?, colored: Bool) -> String {
        hint.map { "\(Paint.yellow.applied(to: "hint", colored)): \($0)\n" } ?? ""
    }

    /// Whether a neighbour is about the same target: the results of a target stand together.
    private static func isOneOfSeveral(_ index: Int, in observations: [Observation]) -> Bool {
        guard observations[index].method != .list else { return false }
        let spelling = observations[index].target.spelling
        return [index - 1, index + 1].contains {
            observations.indices.contains($0) && observations[$0].target.spelling == spelling
        }
    }
}

extension Observation {
    /// Whether this is one line of what a server has listed.
    fileprivate var isListed: Bool { method == .list && failure == nil }
}
