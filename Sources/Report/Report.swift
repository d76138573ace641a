import Basics
import GRPC
package import Outcome
package import Plan

/// Everything that a run observed, in the form that was asked for: piece by piece, because what
/// waits for a slow reader has to stay small.
package struct Report {
    private enum Form {
        case line(Observation?)
        case table(ResultTable)
        case json(next: Int)
        case prometheus(PrometheusReport)
    }

    private let observations: [Observation]
    private let shown: [Observation]
    private let colors: Colors
    private let isColored: Bool
    private var form: Form
    private var hasToldFailures = false

    /// - Parameter quiet: leaves out what is SERVING, but not of metrics: one that is missing
    ///   would look like one that was never made.
    package init(
        _ observations: [Observation], _ format: OutputFormat, quiet: Bool, _ colors: Colors
    ) {
        self.observations = observations
        self.colors = colors
        shown = quiet ? observations.filter { $0.result != .answered(.serving) } : observations
        isColored = format == .text
        switch format {
        case .json:
            form = .json(next: 0)
            // They are among the results.
            hasToldFailures = true
        case .prometheus: form = .prometheus(PrometheusReport(observations))
        case .text:
            form =
                TextReport.table(of: shown, among: observations, colors: colors)
                .map { .table($0) } ?? .line(shown.first)
        }
    }

    /// The next piece; nil when there are no more.
    package mutating func next() -> Output? {
        if let text = nextResults() { return Output(text) }
        guard !hasToldFailures else { return nil }
        hasToldFailures = true
        guard observations.contains(where: { $0.failure != nil }) else { return nil }
        let colored = isColored && colors.error
        return Output(
            standardError: TextReport.failureLines(of: observations, colored: colored))
    }

    private mutating func nextResults() -> String? {
        switch form {
        case .line(let only):
            guard let only else { return nil }
            form = .line(nil)
            return TextReport.line(of: only, colors: colors)
        case .table(var table):
            defer { form = .table(table) }
            return table.nextPiece()
        case .json(let next):
            let end = min(shown.count, next + Limits.reportPiece)
            guard next < end else { return nil }
            form = .json(next: end)
            return JSONReport.output(of: Array(shown[next..<end]), quiet: false).standardOutput
        case .prometheus(var report):
            defer { form = .prometheus(report) }
            return report.nextPiece()
        }
    }
}

extension Report {
    /// The whole report.
    package static func output(
        of observations: [Observation], _ format: OutputFormat = .text, quiet: Bool = false,
        colors: Colors
    ) -> Output {
        var report = Report(observations, format, quiet: quiet, colors)
        var whole = Output()
        while let piece = report.next() {
            whole.standardOutput += piece.standardOutput
            whole.standardError += piece.standardError
        }
        return whole
    }
}
