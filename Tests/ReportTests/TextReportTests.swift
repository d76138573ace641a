import Basics
import GRPC
import Outcome
import Report
import TestSupport
import Testing

@Suite struct TextReportTests {
    private static let plain = Colors(output: false, error: false)
    private static let colored = Colors(output: true, error: true)

    private func report(
        _ observations: [Observation], quiet: Bool = false, colors: Colors = plain
    ) -> Output {
        Report.output(of: observations, quiet: quiet, colors: colors)
    }

    private func refusal(_ message: String, target: String = "db:1") -> Observation {
        let status = GRPCStatus(code: .internal, message: Array(message.utf8))
        return Observation(
            .failed(Failure(phase: .rpc, cause: .refused(status))), target: target)
    }

    @Test(
        arguments: [
            (0, "UNKNOWN"), (1, "SERVING"), (2, "NOT_SERVING"), (3, "SERVICE_UNKNOWN"),
            (99, "UNRECOGNIZED(99)"),
        ] as [(Int32, String)])
    func `an answer is one line on standard output`(status: Int32, name: String) {
        let output = report([Observation(.answered(ServingStatus(status)))])
        #expect(output == Output("status: \(name)\n"))
    }

    @Test func `a failure is one line on standard error, and a hint`() {
        let failure = Failure(phase: .rpc, cause: .timedOut(.rpcTimeout(.seconds(1))))
        let output = report([Observation(.failed(failure))])
        #expect(output.standardOutput.isEmpty)
        #expect(
            output.standardError == """
                swift-health-probe: rpc localhost:5000: no answer within 1s (DEADLINE_EXCEEDED)
                hint: -rpc-timeout sets the limit

                """)
    }

    /// The lines that the documentation shows.
    @Test func `the documented lines are exact`() {
        let refused = [EndpointAddress.ipv4(.loopback, port: 5000), .ipv6(.loopback, port: 5000)]
            .map { AttemptFailure(address: $0, error: SystemErrorNumber(111)) }
        let greeting = Greeting(bytes: Array("HTTP/1.1 400 Bad Request\r\n".utf8))
        let rows: [(Phase, Cause, String, String)] = [
            (
                .connect, .unreachable(refused), "localhost:5000",
                "connect localhost:5000: connection refused (127.0.0.1, ::1)"
            ),
            (
                .http2, .notHTTP2(greeting), "localhost:5432",
                "http2 localhost:5432: the server does not speak HTTP/2"
                    + " (first bytes: \"HTTP/1.1 400 Bad Request\")\n"
                    + "hint: is this a gRPC port? a TLS port may answer like this, too:"
                    + " -tls speaks TLS"
            ),
            (
                .rpc, .refused(GRPCStatus(code: .notFound)), "localhost:5000",
                "rpc localhost:5000: service \"shop.Cart\" is not registered with the health"
                    + " service (NOT_FOUND)"
            ),
        ]
        for (phase, cause, target, line) in rows {
            let failed = Observation.Result.failed(Failure(phase: phase, cause: cause))
            let output = report([Observation(failed, service: "shop.Cart", target: target)])
            #expect(output.standardError == "swift-health-probe: \(line)\n")
        }
    }

    @Test func `quiet is about success alone`() {
        let serving = Observation(.answered(.serving))
        #expect(report([serving], quiet: true) == Output())
        for other in [Observation(.answered(.notServing)), refusal("a")] {
            #expect(report([other], quiet: true) == report([other]))
        }
    }

    // MARK: Colours

    @Test(
        arguments: [(1, "32"), (2, "31"), (0, "33"), (3, "33"), (99, "33")] as [(Int32, String)])
    func `a status has its colour`(status: Int32, color: String) {
        let status = ServingStatus(status)
        let output = report([Observation(.answered(status))], colors: Self.colored)
        #expect(output.standardOutput == "status: \u{1B}[\(color)m\(status.name)\u{1B}[0m\n")
    }

    @Test func `each stream is coloured for itself`() {
        let failure = Failure(phase: .rpc, cause: .timedOut(.rpcTimeout(.seconds(1))))
        let answer = [Observation(.answered(.serving))]
        let failed = [Observation(.failed(failure))]
        let onlyErrors = Colors(output: false, error: true)
        #expect(report(answer, colors: onlyErrors).standardOutput == "status: SERVING\n")
        #expect(
            report(failed, colors: onlyErrors).standardError == """
                swift-health-probe: \u{1B}[1mrpc\u{1B}[0m localhost:5000: no answer within 1s \
                (DEADLINE_EXCEEDED)
                \u{1B}[33mhint\u{1B}[0m: -rpc-timeout sets the limit

                """)
        let onlyOutput = Colors(output: true, error: false)
        #expect(!report(failed, colors: onlyOutput).standardError.contains("\u{1B}"))
    }

    @Test func `the choice of colours can leave it to the terminal`() {
        for output in [false, true] {
            for error in [false, true] {
                let automatic = Colors(
                    .auto, outputIsTerminal: { output }, errorIsTerminal: { error })
                #expect(automatic.output == output && automatic.error == error)
                let always = Colors(
                    .always, outputIsTerminal: { output }, errorIsTerminal: { error })
                #expect(always.output && always.error)
                let never = Colors(
                    .never, outputIsTerminal: { output }, errorIsTerminal: { error })
                #expect(!never.output && !never.error)
            }
        }
    }

    @Test func `a stream with nothing to colour is not asked what it is`() {
        let colors = Colors(
            .auto, outputIsTerminal: { false },
            errorIsTerminal: {
                Issue.record("asked")
                return false
            })
        let answer = report([Observation(.answered(.serving))], colors: colors)
        #expect(answer.standardOutput == "status: SERVING\n")
    }

    // MARK: Text from outside

    @Test func `nothing from outside reaches the terminal as it is`() {
        let hostile = "\u{1B}[2J\r\nstatus: SERVING\u{202E}\u{9B}31m\u{0}"
        let output = report([refusal(hostile, target: "x\u{1B}[31m:1\n")])
        #expect(output.standardError.utf8.filter { $0 == 0x0A }.count == 1)
        for scalar in output.standardError.unicodeScalars.dropLast() {
            #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
            #expect(scalar.value != 0x202E)
        }
    }

    @Test(arguments: ["x", "é", "你", "🚀"], 0...4)
    func `a line has at most 4,096 bytes and ends with a whole character`(
        character: String, shift: Int
    ) throws {
        let message =
            String(repeating: "x", count: shift) + String(repeating: character, count: 4096)
        let line = report([refusal(message)]).standardError
        // No shorter than it has to be: less than one character of room is left.
        #expect((4096 - 3...4096).contains(line.utf8.count))
        #expect(line.hasSuffix("\(character)...\n"))
        #expect(!line.contains("\u{FFFD}"))
        #expect(!line.contains("\\x"))
    }

    @Test func `a line that just fits is not shortened`() {
        let frame = report([refusal("")]).standardError.utf8.count + ": \"\"".utf8.count
        let fitting = String(repeating: "x", count: 4096 - frame)
        let whole = report([refusal(fitting)]).standardError
        #expect(whole.utf8.count == 4096)
        #expect(whole.hasSuffix("x\"\n"))
        let clipped = report([refusal(fitting + "x")]).standardError
        #expect(clipped.utf8.count == 4096)
        #expect(clipped.hasSuffix("x...\n"))
    }
}
