import GRPC
import Outcome
import Report
import TestSupport
import Testing

/// What the text report makes of several results.
@Suite struct ResultTableTests {
    private func report(
        _ observations: [Observation], quiet: Bool = false, colored: Bool = false
    ) -> Output {
        Report.output(
            of: observations, quiet: quiet, colors: Colors(output: colored, error: colored))
    }

    private func answer(
        _ status: ServingStatus, _ service: String, target: String = "localhost:5000",
        after time: Duration = .microseconds(1_250)
    ) -> Observation {
        var observation = Observation(.answered(status), service: service, target: target)
        observation.timings.total = time
        return observation
    }

    private func failure(
        _ phase: Phase, _ cause: Cause, _ service: String = "", target: String = "localhost:5000"
    ) -> Observation {
        var observation = Observation(
            .failed(Failure(phase: phase, cause: cause)), service: service, target: target)
        observation.timings.total = .milliseconds(10)
        return observation
    }

    private func listed(_ observation: Observation) -> Observation {
        var observation = observation
        observation.method = .list
        return observation
    }

    private static let refused = Cause.unreachable([
        AttemptFailure(
            address: .ipv4(.loopback, port: 5000), error: SystemErrorNumber(111))
    ])
    private static let late = Cause.timedOut(.rpcTimeout(.seconds(1)))

    @Test func `each result has a line, in the order given`() {
        let output = report([
            answer(.serving, "shop.Cart"),
            answer(.notServing, "", target: "[::1]:80", after: .milliseconds(1_234)),
            answer(.serviceUnknown, "x", target: "unix:/run/x.sock", after: .zero),
            answer(ServingStatus(99), "a"),
        ])
        #expect(
            output
                == Output(
                    """
                    SERVING           localhost:5000    shop.Cart     1.2 ms
                    NOT_SERVING       [::1]:80          \"\"         1234.0 ms
                    SERVICE_UNKNOWN   unix:/run/x.sock  x             0.0 ms
                    UNRECOGNIZED(99)  localhost:5000    a             1.2 ms

                    """))
    }

    @Test func `a failure has a line in the table and one that says why`() {
        let output = report([
            answer(.serving, "shop.Cart"),
            failure(.rpc, .refused(GRPCStatus(code: .notFound)), "shop.Pay"),
            failure(.rpc, Self.late, "a\nb"),
            failure(.connect, Self.refused, "shop.Cart", target: "db:1"),
        ])
        #expect(
            output.standardOutput == #"""
                SERVING            localhost:5000  shop.Cart   1.2 ms
                NOT_FOUND          localhost:5000  shop.Pay   10.0 ms
                DEADLINE_EXCEEDED  localhost:5000  "a\nb"     10.0 ms
                UNAVAILABLE        db:1            shop.Cart  10.0 ms

                """#)
        #expect(
            output.standardError == #"""
                swift-health-probe: rpc localhost:5000 "shop.Pay": service "shop.Pay" is not \#
                registered with the health service (NOT_FOUND)
                swift-health-probe: rpc localhost:5000 "a\nb": no answer within 1s \#
                (DEADLINE_EXCEEDED)
                hint: -rpc-timeout sets the limit
                swift-health-probe: connect db:1: connection refused (127.0.0.1)

                """#)
    }

    @Test func `one service of each of several targets needs no name`() {
        let output = report([
            failure(.rpc, Self.late, "x", target: "a:1"),
            failure(.rpc, Self.late, "x", target: "b:1"),
        ])
        #expect(
            output.standardError == """
                swift-health-probe: rpc a:1: no answer within 1s (DEADLINE_EXCEEDED)
                swift-health-probe: rpc b:1: no answer within 1s (DEADLINE_EXCEEDED)
                hint: -rpc-timeout sets the limit

                """)
    }

    @Test func `a failed connection is told once, whatever was to be asked`() {
        let services = ["", "a", "b"].map { failure(.connect, Self.refused, $0) }
        let output = report(services)
        #expect(output.standardOutput.split(separator: "\n").count == 3)
        #expect(
            output.standardError
                == "swift-health-probe: connect localhost:5000: connection refused (127.0.0.1)\n")
    }

    @Test func `each hint follows the lines that it is for`() {
        let unimplemented = Cause.refused(GRPCStatus(code: .unimplemented))
        let output = report([
            failure(.rpc, Self.late, target: "a:1"),
            failure(.connect, Self.refused, target: "b:1"),
            failure(.rpc, Self.late, target: "c:1"),
            failure(.rpc, unimplemented, target: "d:1"),
        ])
        #expect(
            output.standardError.split(separator: "\n").map { $0.prefix(24) } == [
                "swift-health-probe: rpc ", "hint: -rpc-timeout sets ",
                "swift-health-probe: conn", "swift-health-probe: rpc ",
                "hint: -rpc-timeout sets ", "swift-health-probe: rpc ",
                "hint: the server has to ",
            ])
    }

    @Test func `quiet leaves out what is SERVING, and the rest is still a table`() {
        let observations = [
            answer(.serving, "a.very.long.name"), answer(.notServing, "x"),
            failure(.rpc, Self.late, "y"),
        ]
        let quiet = report(observations, quiet: true)
        #expect(
            quiet.standardOutput == """
                NOT_SERVING        localhost:5000  x   1.2 ms
                DEADLINE_EXCEEDED  localhost:5000  y  10.0 ms

                """)
        #expect(quiet.standardError == report(observations).standardError)
        let good = [answer(.serving, "a"), answer(.serving, "b")]
        #expect(report(good, quiet: true) == Output())
    }

    // MARK: Lists

    @Test func `a list is a table, even of one`() {
        #expect(
            report([listed(answer(.serving, ""))]).standardOutput
                == "SERVING  localhost:5000  \"\"  1.2 ms\n")
        #expect(report([listed(answer(.serving, ""))], quiet: true) == Output())
    }

    @Test func `a list that failed is about no service`() {
        let failed = listed(failure(.rpc, .refused(GRPCStatus(code: .unimplemented))))
        let alone = report([failed])
        #expect(alone.standardOutput.isEmpty)
        let line =
            "swift-health-probe: rpc localhost:5000:"
            + " the server does not list its services (UNIMPLEMENTED)\n"
        #expect(alone.standardError.hasPrefix(line))
        let output = report([failed, listed(answer(.serving, "-", target: "b:1"))])
        #expect(
            output.standardOutput == """
                UNIMPLEMENTED  localhost:5000  -    10.0 ms
                SERVING        b:1             "-"   1.2 ms

                """)
        #expect(output.standardError == alone.standardError)
    }

    // MARK: Colours

    @Test func `colours change no column`() {
        let observations = [
            answer(.serving, "a"), answer(.notServing, "b"), answer(.unknown, "c"),
            failure(.rpc, Self.late, "d"),
        ]
        let plain = report(observations).standardOutput
        let colored = report(observations, colored: true).standardOutput
        for (line, color) in zip(colored.split(separator: "\n"), ["32", "31", "33", "31"]) {
            #expect(line.hasPrefix("\u{1B}[\(color)m"))
        }
        #expect(colored.replacing(/\u{1B}\[[0-9]*m/, with: "") == plain)
    }

    // MARK: Text from outside

    @Test(
        arguments: [
            ("", #""""#), ("-", #""-""#), ("a b", #""a b""#), ("a\"b", #""a\"b""#),
            (#"a\b"#, #""a\\b""#), ("\u{1B}[2J", #""\x1b[2J""#), ("a\n", #""a\n""#),
            ("\u{202E}x", #""\u{202e}x""#), ("größe", "größe"), ("健康", "健康"),
            ("a-b", "a-b"), ("--", "--"),
        ])
    func `a name is one word that shows what it is`(name: String, word: String) {
        let lines = report([listed(answer(.serving, name))]).standardOutput
        #expect(lines == "SERVING  localhost:5000  \(word)  1.2 ms\n")
    }

    @Test func `columns count characters`() {
        let lines = report([answer(.serving, "größe"), answer(.serving, "groesse")])
        #expect(
            lines.standardOutput == """
                SERVING  localhost:5000  größe    1.2 ms
                SERVING  localhost:5000  groesse  1.2 ms

                """)
    }

    @Test func `a code without a name is one word`() {
        let odd = GRPCStatus(code: GRPCStatusCode(17))
        let output = report([failure(.rpc, .refused(odd)), answer(.serving, "a")])
        #expect(output.standardOutput.hasPrefix("CODE(17)  localhost:5000  \"\"  10.0 ms\n"))
    }

    @Test func `a very long name is shortened and moves no other line`() {
        let long = String(repeating: "n", count: 5_000)
        let output = report([answer(.serving, "a"), answer(.serving, long)])
        #expect(
            output.standardOutput == """
                SERVING  localhost:5000  a  1.2 ms
                SERVING  localhost:5000  \(long.prefix(1_021))...  1.2 ms

                """)
        let failed = report([failure(.rpc, Self.late, long), answer(.serving, "a")])
        #expect(failed.standardError.hasPrefix("swift-health-probe: rpc localhost:5000 \"nnn"))
        #expect(failed.standardError.contains("...: no answer within 1s (DEADLINE_EXCEEDED)\n"))
    }
}
