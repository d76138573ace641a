import Basics
import GRPC
import Outcome
import Plan
import Report
import Testing

@Suite struct WatchReportTests {
    private static let reset = Failure(phase: .rpc, cause: .streamReset(HTTP2ErrorCode(2)))

    private func subjects(_ target: String, _ services: [String]) throws -> [Subject] {
        Plan(targets: [try Target.parse(target)], services: services).subjects
    }

    private func change(
        _ state: WatchState, service: String = "", target: String = "db:5000",
        after previous: WatchState? = nil, held: Duration? = nil
    ) throws -> StatusChange {
        StatusChange(
            target: try Target.parse(target), service: service, address: nil, state: state,
            previous: previous, held: held, sequence: 7, wallTime: 1_700_000_000_123_456_789)
    }

    private func lines(
        _ changes: [StatusChange], _ format: OutputFormat = .text, color: Bool = false,
        method: HealthMethod = .watch, services: [String] = [""]
    ) throws -> String {
        var report = WatchReport(
            format, Colors(output: color, error: false), method: method,
            subjects: try subjects("db:5000", services))
        return report.output(of: changes).standardOutput
    }

    // MARK: - Text

    @Test func `a change is a line, aligned with those to come`() throws {
        let changes = [
            try change(.status(.serving)),
            try change(
                .status(.notServing), service: "shop.Cart", after: .status(.serving),
                held: .microseconds(90_061_234)),
            try change(
                .status(.serving), after: .disconnected(Self.reset), held: .nanoseconds(999_999)),
        ]
        let text = try lines(changes, services: ["", "shop.Cart"])
        #expect(
            text == """
                2023-11-14T22:13:20.123456Z  SERVING          db:5000  ""
                2023-11-14T22:13:20.123456Z  NOT_SERVING      db:5000  shop.Cart  \
                after 1m30.061s of SERVING
                2023-11-14T22:13:20.123456Z  SERVING          db:5000  ""         \
                after 999us of DISCONNECTED

                """)
    }

    @Test func `a lost connection says why`() throws {
        #expect(
            try lines([
                change(.disconnected(Self.reset), after: .status(.serving), held: .seconds(2)),
                change(.disconnected(Self.reset)),
            ]) == """
                2023-11-14T22:13:20.123456Z  DISCONNECTED     db:5000  ""  \
                after 2s of SERVING: the server reset the stream with INTERNAL_ERROR (INTERNAL)
                2023-11-14T22:13:20.123456Z  DISCONNECTED     db:5000  ""  \
                the server reset the stream with INTERNAL_ERROR (INTERNAL)

                """)
    }

    @Test(
        arguments: [
            (WatchState.status(.serving), "32"), (.status(.notServing), "31"),
            (.disconnected(reset), "31"), (.status(.serviceUnknown), "33"),
            (.status(.unknown), "33"), (.status(ServingStatus(9)), "33"),
        ])
    func `only the status is painted, and not its padding`(
        state: WatchState, color: String
    ) throws {
        let line = try lines([change(state)], color: true)
        #expect(line.contains("Z  \u{1B}[\(color)m"))
        #expect(line.split(separator: "\u{1B}").count == 3)
        #expect(!line.contains(" \u{1B}[0m"))
    }

    @Test func `a name is one line, whatever is in it`() throws {
        let line = try lines([change(.status(.serving), service: "a\n\u{1B}[2J\u{202E}b")])
        #expect(line.hasSuffix("  db:5000  a\\n\\x1b[2J\\u{202e}b\n"))
    }

    @Test func `what is missing is named after what was called`() throws {
        let failure = Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .unimplemented)))
        let change = try change(.disconnected(failure))
        #expect(try lines([change]).contains("no Watch"))
        #expect(!(try lines([change], method: .check).contains("Watch")))
    }

    // MARK: - Hints

    private func lost(_ cause: Cause, target: String = "db:5000") throws -> StatusChange {
        try change(.disconnected(Failure(phase: .rpc, cause: cause)), target: target)
    }

    private func report(_ format: OutputFormat = .text, color: Bool = false) throws -> WatchReport {
        WatchReport(
            format, Colors(output: false, error: color), method: .watch,
            subjects: try subjects("db:5000", [""]))
    }

    @Test func `each hint is told once, for whichever target and service`() throws {
        var report = try report()
        let late = Cause.timedOut(.rpcTimeout(.seconds(1)))
        func told(_ changes: StatusChange...) -> String {
            let output = report.output(of: changes)
            #expect(output.standardOutput.split(separator: "\n").count == changes.count)
            return output.standardError
        }
        #expect(told(try change(.status(.serving)), try lost(.connectionLost(.closed))) == "")
        #expect(told(try lost(late), try lost(late)) == "hint: -rpc-timeout sets the limit\n")
        #expect(told(try lost(late, target: "x:1")) == "")
        let denied = Cause.refused(GRPCStatus(code: .permissionDenied))
        #expect(
            told(try lost(late), try lost(denied)) == "hint: -rpc-header @file sends credentials\n")
        #expect(told(try lost(late), try lost(denied)) == "")
    }

    @Test func `a hint is painted as other hints are`() throws {
        var report = try report(color: true)
        let output = report.output(of: [try lost(.timedOut(.rpcTimeout(.seconds(1))))])
        #expect(output.standardError == "\u{1B}[33mhint\u{1B}[0m: -rpc-timeout sets the limit\n")
    }

    @Test func `in JSON the hint belongs to the failure, each time`() throws {
        var report = try report(.json)
        let change = try lost(.timedOut(.rpcTimeout(.seconds(1))))
        let output = report.output(of: [change, change])
        #expect(output.standardError.isEmpty)
        #expect(
            output.standardOutput.split(separator: "\n").allSatisfy {
                $0.contains(#""hint":"-rpc-timeout sets the limit""#)
            })
    }

    // MARK: - JSON

    @Test func `a change is an object with its keys in order`() throws {
        var first = try change(.status(.notServing), service: "shop.Cart")
        first.address = .ipv6(.loopback, port: 5000)
        let second = try change(
            .status(.serving), after: .status(.notServing), held: .microseconds(1_500))
        #expect(
            try lines([first, second], .json) == """
                {"time":"2023-11-14T22:13:20.123456Z","target":"db:5000",\
                "address":"[::1]:5000","service":"shop.Cart","status":"NOT_SERVING",\
                "healthy":false,"exit_code":4,"event":"status","sequence":7}
                {"time":"2023-11-14T22:13:20.123456Z","target":"db:5000","service":"",\
                "status":"SERVING","healthy":true,"exit_code":0,"event":"status",\
                "sequence":7,"previous":"NOT_SERVING","held_ms":1.500}

                """)
    }

    @Test func `a lost connection is an object with its failure and without a status`() throws {
        let line = try lines(
            [change(.disconnected(Self.reset), after: .status(.serving), held: .zero)], .json)
        #expect(
            line.hasPrefix(
                """
                {"time":"2023-11-14T22:13:20.123456Z","target":"db:5000","service":"",\
                "healthy":false,"exit_code":3,"grpc_code":13,"grpc_status":"INTERNAL",\
                "grpc_origin":"probe","event":"disconnected","sequence":7,\
                "previous":"SERVING","held_ms":0.000,"failure":{"phase":"rpc",
                """))
        #expect(line.hasSuffix("}}\n"))
    }

    @Test func `a call that the server has ended has the words of the server`() throws {
        let failure = Failure(
            phase: .rpc,
            cause: .refused(GRPCStatus(code: .unavailable, message: Array("drained".utf8))))
        #expect(
            try lines([change(.disconnected(failure))], .json).contains(
                """
                "exit_code":3,"grpc_code":14,"grpc_status":"UNAVAILABLE",\
                "grpc_message":"drained","grpc_origin":"server","event":"disconnected",
                """))
    }

    // MARK: - The end

    @Test func `the summary counts changes and the share of SERVING`() throws {
        let start = Instant(nanoseconds: 1)
        let target = try Target.parse("db:5000")
        func summary(_ record: StatusRecord) -> String {
            WatchReport.summary(
                target, "", record, now: start.advanced(by: .milliseconds(3_000)), start: start)
        }
        var record = StatusRecord()
        let prefix = "swift-health-probe: watched db:5000 \"\" for 3s: "
        #expect(summary(record) == prefix + "0 changes, SERVING 0.0 % of the time\n")
        _ = record.enter(.status(.serving), at: start)
        #expect(summary(record) == prefix + "0 changes, SERVING 100.0 % of the time\n")
        _ = record.enter(.status(.notServing), at: start.advanced(by: .seconds(2)))
        #expect(summary(record) == prefix + "1 change, SERVING 66.6 % of the time\n")
    }

    // MARK: - Waiting

    @Test(
        arguments: [
            (0, Duration.zero, "serving 0/5, 0s of 30s"),
            (3, .milliseconds(12_999), "serving 3/5, 12s of 30s"),
            (5, .seconds(90), "serving 5/5, 90s of 30s"),
        ])
    func `the progress of a wait replaces its line`(
        serving: Int, elapsed: Duration, text: String
    ) {
        let progress = WaitProgress(
            serving: serving, services: 5, elapsed: elapsed, limit: .seconds(30))
        #expect(progress.line == "\r\u{1B}[K" + text)
        #expect(WaitProgress.cleared == "\r\u{1B}[K")
    }
}
