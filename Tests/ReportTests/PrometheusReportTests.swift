import Basics
import Foundation
import GRPC
import Outcome
import Plan
import Report
import TestSupport
import Testing

@Suite struct PrometheusReportTests {
    private func text(_ observations: [Observation]) -> String {
        Report.output(
            of: observations, .prometheus, quiet: false, colors: Colors(output: false, error: false)
        ).standardOutput
    }

    private static var answer: Observation {
        var observation = Observation(
            .answered(.notServing), service: "shop.Cart", target: "db:5000")
        observation.wallTime = 1_700_000_000_123_456_789
        observation.timings.resolve = .microseconds(1_500)
        observation.timings.http2 = .zero
        observation.timings.rpc = .milliseconds(250)
        observation.timings.total = .seconds(61)
        return observation
    }

    private static func failure(_ cause: Cause, _ service: String = "") -> Observation {
        Observation(
            .failed(Failure(phase: .connect, cause: cause)), service: service, target: "db:5000")
    }

    @Test func `the metrics of a result are exact`() {
        let labels = #"target="db:5000",service="shop.Cart""#
        #expect(
            text([Self.answer]) == """
                # HELP grpc_health_serving 1 if the answer was SERVING, 0 for everything else.
                # TYPE grpc_health_serving gauge
                grpc_health_serving{\(labels)} 0
                # HELP grpc_health_up 1 if the call was answered with the gRPC status OK.
                # TYPE grpc_health_up gauge
                grpc_health_up{\(labels)} 1
                # HELP grpc_health_serving_status 1 for the serving status that was answered, \
                0 for the others.
                # TYPE grpc_health_serving_status gauge
                grpc_health_serving_status{\(labels),status="UNKNOWN"} 0
                grpc_health_serving_status{\(labels),status="SERVING"} 0
                grpc_health_serving_status{\(labels),status="NOT_SERVING"} 1
                grpc_health_serving_status{\(labels),status="SERVICE_UNKNOWN"} 0
                grpc_health_serving_status{\(labels),status="UNRECOGNIZED"} 0
                # HELP grpc_health_grpc_code The gRPC status code of the call, the server's or \
                the one that stands for it.
                # TYPE grpc_health_grpc_code gauge
                grpc_health_grpc_code{\(labels)} 0
                # HELP grpc_health_exit_code The exit code that stands for this result alone.
                # TYPE grpc_health_exit_code gauge
                grpc_health_exit_code{\(labels)} 4
                # HELP grpc_health_duration_seconds The time from the start of the check to its \
                result.
                # TYPE grpc_health_duration_seconds gauge
                grpc_health_duration_seconds{\(labels)} 61.000000000
                # HELP grpc_health_phase_duration_seconds The time that a phase of the check \
                took; absent if it did not succeed.
                # TYPE grpc_health_phase_duration_seconds gauge
                grpc_health_phase_duration_seconds{\(labels),phase="resolve"} 0.001500000
                grpc_health_phase_duration_seconds{\(labels),phase="http2"} 0.000000000
                grpc_health_phase_duration_seconds{\(labels),phase="rpc"} 0.250000000
                # HELP grpc_health_check_timestamp_seconds When the result was known, in \
                seconds since 1970.
                # TYPE grpc_health_check_timestamp_seconds gauge
                grpc_health_check_timestamp_seconds{\(labels)} 1700000000.123456789
                # HELP grpc_health_info The program that made the check.
                # TYPE grpc_health_info gauge
                grpc_health_info{\(labels),version="\(Version.number)"} 1

                """)
    }

    @Test func `why there is no answer stands on standard error`() {
        let output = Report.output(
            of: [Self.failure(.nameNotFound)], .prometheus, quiet: true,
            colors: Colors(output: false, error: false))
        #expect(
            output.standardError
                == "swift-health-probe: connect db:5000: there is no such name\n")
        #expect(output.standardOutput == text([Self.failure(.nameNotFound)]))
        #expect(
            Report.output(
                of: [Self.answer], .prometheus, quiet: false,
                colors: Colors(output: false, error: false)
            ).standardError.isEmpty)
    }

    @Test func `no result is no text`() {
        #expect(
            Report.output(
                of: [], .prometheus, quiet: false, colors: Colors(output: false, error: false))
                == Output())
    }

    // MARK: What a parser makes of it

    @Test func `one state of an answer is 1`() throws {
        let rows: [(Int32, String)] = [
            (0, "UNKNOWN"), (1, "SERVING"), (2, "NOT_SERVING"), (3, "SERVICE_UNKNOWN"),
            (4, "UNRECOGNIZED"), (-1, "UNRECOGNIZED"),
        ]
        let samples = try parsed(
            text(rows.map { Observation(.answered(ServingStatus($0.0)), service: "\($0.0)") }))
        for (number, state) in rows {
            let own = samples.filter { $0.labels["service"] == "\(number)" }
            let states = own.filter { $0.name == "grpc_health_serving_status" }
            #expect(states.count == 5)
            #expect(states.filter { $0.value == 1 }.map { $0.labels["status"] } == [state])
            #expect(own.first { $0.name == "grpc_health_up" }?.value == 1)
            let isServing: Double = state == "SERVING" ? 1 : 0
            #expect(own.first { $0.name == "grpc_health_serving" }?.value == isServing)
        }
    }

    @Test func `no state is 1 where there is no answer`() throws {
        let samples = try parsed(text([Self.failure(.nameNotFound)]))
        let states = samples.filter { $0.name == "grpc_health_serving_status" }
        #expect(states.count == 5)
        #expect(states.allSatisfy { $0.value == 0 })
        func value(_ name: String) -> Double? { samples.first { $0.name == name }?.value }
        #expect(value("grpc_health_up") == 0)
        #expect(value("grpc_health_serving") == 0)
        #expect(value("grpc_health_grpc_code") == 14)
        #expect(value("grpc_health_exit_code") == 2)
        #expect(value("grpc_health_phase_duration_seconds") == nil)
        #expect(value("grpc_health_check_timestamp_seconds") == 0)
    }

    @Test func `a parser finds every result, with its labels and values`() throws {
        var other = Self.answer
        other.target.spelling = "unix:/run/x.sock"
        other.service = ""
        other.wallTime = 1
        let samples = try parsed(text([Self.answer, Self.failure(.nameNotFound, "a"), other]))
        let times = samples.filter { $0.name == "grpc_health_check_timestamp_seconds" }
        #expect(times.map { $0.labels["target"] } == ["db:5000", "db:5000", "unix:/run/x.sock"])
        #expect(times.map { $0.labels["service"] } == ["shop.Cart", "a", ""])
        #expect(times.map(\.value) == [1_700_000_000.123_456_789, 0, 1e-9])
        let phases = samples.filter { $0.name == "grpc_health_phase_duration_seconds" }
        #expect(
            phases.map { $0.labels["phase"] } == [
                "resolve", "http2", "rpc", "resolve", "http2", "rpc",
            ])
        #expect(phases.prefix(3).map(\.value) == [0.0015, 0, 0.25])
    }

    /// Prometheus refuses a file that has the same metric twice.
    @Test func `of results with the same labels the worst one counts`() throws {
        let long = String(repeating: "n", count: 3_000)
        let results: [(String, Observation.Result)] = [
            ("a", .answered(.serving)), ("b", .answered(.notServing)),
            ("a", .answered(.notServing)),
            ("e\u{301}", .answered(.serving)), ("\u{E9}", .answered(.serving)),
            ("b", .answered(.serving)), ("a", .answered(.serving)),
            ("x\u{1}", .answered(.notServing)), (#"x\x01"#, .answered(.serving)),
            (long + "1", .answered(.serving)), (long + "2", .answered(.unknown)),
        ]
        var observations = results.map { Observation($0.1, service: $0.0, target: "db:5000") }
        for index in observations.indices {
            observations[index].wallTime = Int64(index) * 1_000_000_000
        }
        let samples = try parsed(text(observations))
        let times = samples.filter { $0.name == "grpc_health_check_timestamp_seconds" }
        #expect(times.map(\.value) == [1, 2, 3, 4, 7, 10])
        let identities = samples.map { sample in
            sample.name + sample.labels.sorted { $0.key < $1.key }.description
        }
        #expect(Set(identities.map { Array($0.utf8) }).count == identities.count)
    }

    @Test func `a name is a label, whatever is in it`() throws {
        let rows: [(name: String, label: String)] = [
            ("", ""), ("größe 健康 🩺", "größe 健康 🩺"), ("a\"b", "a\"b"), (#"a\b"#, #"a\b"#),
            ("a\nb", "a\nb"), (#"\n"#, #"\n"#), (#"x\"#, #"x\"#),
            ("x\"} 1\nevil{y=\"", "x\"} 1\nevil{y=\""), ("a,b={}#", "a,b={}#"),
            ("a\r\tb\0", #"a\r\tb\x00"#), ("\u{1B}[2J\u{7F}", #"\x1b[2J\x7f"#),
            ("\u{202E}x\u{85}\u{2028}", #"\u{202e}x\u{85}\u{2028}"#),
            (String(repeating: "n", count: 1_024), String(repeating: "n", count: 1_024)),
            (
                String(repeating: "\"", count: 5_000),
                String(repeating: "\"", count: 1_021) + "..."
            ),
        ]
        let samples = try parsed(
            text(
                rows.map {
                    var observation = Self.answer
                    observation.service = $0.name
                    observation.target.spelling = $0.name
                    return observation
                }))
        #expect(samples.count == 15 * rows.count)
        #expect(samples.allSatisfy { $0.name.hasPrefix("grpc_health_") })
        for label in ["service", "target"] {
            let labels = samples.filter { $0.name == "grpc_health_up" }.map { $0.labels[label] }
            #expect(labels == rows.map(\.label))
        }
    }

    @Test func `nothing in the text acts on a terminal`() {
        var observation = Self.answer
        observation.service = String((0...0xA0).map { Character(Unicode.Scalar($0)) })
        for scalar in text([observation]).unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
        }
    }
}

private struct Sample: Decodable {
    var name: String
    var labels: [String: String]
    var value: Double
}

/// What Prometheus's own parser for Python finds in the text.
private func parsed(_ text: String) throws -> [Sample] {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path
    let python = root + "/.build-venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
        try Test.cancel("there is no \(python)")
    }
    let file = FileManager.default.temporaryDirectory
        .appending(path: "metrics-\(UUID().uuidString).prom")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let program = """
        import json, sys
        from prometheus_client.parser import text_string_to_metric_families as parse
        families = list(parse(open(sys.argv[1], newline="\\n", encoding="utf-8").read()))
        assert len({family.name for family in families}) == len(families), "a family in pieces"
        assert all(family.type == "gauge" and family.documentation for family in families)
        json.dump([dict(name=sample.name, labels=sample.labels, value=sample.value)
                   for family in families for sample in family.samples], sys.stdout)
        """
    let process = try ChildProcess(
        ChildProcess.Plan(program: python, arguments: ["-c", program, file.path]))
    try #require(
        process.finish(within: .seconds(30)) == .code(0),
        "\(String(decoding: process.errors, as: UTF8.self))")
    return try JSONDecoder().decode([Sample].self, from: Data(process.output))
}
