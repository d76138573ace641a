import Basics
import GRPC
import Outcome

/// `-output prometheus`: all results of a run in Prometheus's text exposition format, version
/// 0.0.4 (prometheus.io, "Exposition formats"), as the textfile collector of a node exporter
/// reads it from a file. That collector wants no timestamps behind the samples; when a check was
/// made is a metric of its own.
///
/// Every metric has the labels `target` and `service`, even the one about the probe: metrics
/// without them would be there twice as soon as two runs write two files for one node exporter,
/// and then it reports nothing at all.
struct PrometheusReport {
    private let observations: [Observation]
    private let series: [Series]
    private let metrics = Metric.all
    /// The metric and the series whose samples come next.
    private var next = (metric: 0, series: 0)
    /// Whether the head of the metric stands already.
    private var hasHead = false

    /// Results with the same labels become one, as a file with the same metric twice would be
    /// refused: the worst, so that nothing is hidden. They may be of one service that was asked for
    /// twice, or of names that are the same as far as they are shown.
    init(_ observations: [Observation]) {
        self.observations = observations
        series = Self.worstOfEach(observations)
    }

    /// The next lines; nil when there are no more.
    mutating func nextPiece() -> String? {
        guard next.metric < metrics.count else { return nil }
        let metric = metrics[next.metric]
        let end = min(series.count, next.series + Limits.reportPiece)
        var samples = ""
        for series in series[next.series..<end] {
            write(metric.samples(observations[series.index]), of: metric, series, to: &samples)
        }
        next.series = end
        // A metric without samples has no head either.
        let head = hasHead || samples.isEmpty ? "" : metric.head
        hasHead = hasHead || !samples.isEmpty
        if end == series.count {
            next = (next.metric + 1, 0)
            hasHead = false
        }
        return head + samples
    }

    private func write(
        _ samples: [Metric.Sample], of metric: Metric, _ series: Series, to text: inout String
    ) {
        for sample in samples {
            text += "\(metric.name){\(series.labels)"
            if let label = sample.label { text += ",\(label.name)=\(labelValue(label.value))" }
            text += "} \(sample.value)\n"
        }
    }

    private struct Series {
        /// The labels that all metrics of a result have.
        var labels: String
        var index: Int
    }

    /// The results that have labels of their own, or are the worst of those that share them, in the
    /// order given.
    private static func worstOfEach(_ observations: [Observation]) -> [Series] {
        var sorted: [Series] = []
        for (index, observation) in observations.enumerated() {
            let target = labelValue(observation.target.spelling)
            let service = labelValue(observation.service)
            let labels = "target=\(target),service=\(service)"
            sorted.append(Series(labels: labels, index: index))
        }
        // As bytes: Prometheus tells labels apart that are equal as Swift's strings.
        sorted.sort { left, right in
            if left.labels.utf8.elementsEqual(right.labels.utf8) { return left.index < right.index }
            return left.labels.utf8.lexicographicallyPrecedes(right.labels.utf8)
        }
        var kept: [Series] = []
        for series in sorted {
            guard let previous = kept.last,
                previous.labels.utf8.elementsEqual(series.labels.utf8)
            else {
                kept.append(series)
                continue
            }
            let results = [previous, series].map { observations[$0.index].result }
            // The exit code of both is that of the worse one.
            if ExitCode(of: results, binary: false) != ExitCode(of: results[0]) {
                kept[kept.count - 1] = series
            }
        }
        return kept.sorted { $0.index < $1.index }
    }
}

/// A label's value between its quotes. The format has escapes for the backslash, the quote and
/// the line feed alone; other characters that would act on a terminal are spelled out, because
/// the file may end on one.
private func labelValue(_ text: String) -> String {
    var value = "\""
    for character in clipped(text, to: Limits.shownNameSize).unicodeScalars {
        switch character.value {
        case 0x0A: value += "\\n"
        case 0x22: value += "\\\""
        case 0x5C: value += "\\\\"
        case let code where code < 0x20 || code == 0x7F || isDeceptive(code):
            value += "\\" + escaped(String(character))
        default: value.unicodeScalars.append(character)
        }
    }
    return value + "\""
}

/// What is measured. Names and units follow Prometheus's rules (prometheus.io, "Metric and label
/// naming"): one prefix, base units. All are gauges, as a run knows nothing of those before it.
private struct Metric {
    struct Sample {
        /// A label beside `target` and `service`.
        var label: (name: StaticString, value: String)?
        var value: String
    }

    var name: StaticString
    var help: StaticString
    /// A result's samples: one without a further label, or one for each of its values.
    var samples: (Observation) -> [Sample]

    var head: String { "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" }

    static var all: [Metric] {
        [
            one("grpc_health_serving", "1 if the answer was SERVING, 0 for everything else.") {
                $0.result == .answered(.serving) ? "1" : "0"
            },
            one("grpc_health_up", "1 if the call was answered with the gRPC status OK.") {
                $0.failure == nil ? "1" : "0"
            },
            servingStatus,
            one(
                "grpc_health_grpc_code",
                "The gRPC status code of the call, the server's or the one that stands for it."
            ) { "\(($0.failure?.cause.statusCode ?? .ok).rawValue)" },
            one("grpc_health_exit_code", "The exit code that stands for this result alone.") {
                "\(ExitCode(of: $0.result).rawValue)"
            },
            one(
                "grpc_health_duration_seconds",
                "The time from the start of the check to its result."
            ) { $0.timings.total.secondsText },
            phaseDuration,
            certificateExpiry,
            one(
                "grpc_health_check_timestamp_seconds",
                "When the result was known, in seconds since 1970."
            ) { decimalSeconds(nanoseconds: $0.wallTime) },
            Metric(name: "grpc_health_info", help: "The program that made the check.") { _ in
                [Sample(label: ("version", Version.number), value: "1")]
            },
        ]
    }

    private static func one(
        _ name: StaticString, _ help: StaticString, _ value: @escaping (Observation) -> String
    ) -> Metric {
        Metric(name: name, help: help) { [Sample(value: value($0))] }
    }

    /// One of the states is 1, and none where there is no answer. The set is fixed, so that no
    /// server adds to it: all numbers without a name are one state.
    private static var servingStatus: Metric {
        Metric(
            name: "grpc_health_serving_status",
            help: "1 for the serving status that was answered, 0 for the others."
        ) { observation in
            let named: [ServingStatus] = [.unknown, .serving, .notServing, .serviceUnknown]
            var rest = observation.failure == nil
            var samples: [Sample] = []
            for status in named {
                let isAnswer = observation.result == .answered(status)
                if isAnswer { rest = false }
                samples.append(
                    Sample(label: ("status", status.name), value: isAnswer ? "1" : "0"))
            }
            samples.append(Sample(label: ("status", "UNRECOGNIZED"), value: rest ? "1" : "0"))
            return samples
        }
    }

    private static var phaseDuration: Metric {
        Metric(
            name: "grpc_health_phase_duration_seconds",
            help: "The time that a phase of the check took; absent if it did not succeed."
        ) { observation in
            let timings = observation.timings
            let phases: [(Phase, Duration?)] = [
                (.spiffe, timings.spiffe), (.resolve, timings.resolve), (.connect, timings.connect),
                (.tls, timings.tls), (.http2, timings.http2), (.rpc, timings.rpc),
            ]
            return phases.compactMap { phase, duration in
                duration.map { Sample(label: ("phase", phase.word), value: $0.secondsText) }
            }
        }
    }

    private static var certificateExpiry: Metric {
        Metric(
            name: "grpc_health_certificate_not_after_timestamp_seconds",
            help: "When the server's certificate expires, in seconds since 1970."
        ) { observation in
            guard let summary = observation.security.summary else { return [] }
            return [Sample(value: "\(summary.notAfter)")]
        }
    }
}
