import Outcome
import Plan
import Testing

@Suite struct InvocationTests {
    @Test func `an address is enough`() throws {
        #expect(try plan([]) == defaultPlan())
        let plan = try plan([])
        #expect(plan.connectTimeout == .seconds(1))
        #expect(plan.rpcTimeout == .seconds(1))
        #expect(plan.runTimeout == nil)
        #expect(plan.services == [""])
        #expect(plan.userAgent.hasPrefix("swift-health-probe/"))
    }

    @Test(
        arguments: [
            ["-addr", "localhost:5000"], ["-addr=localhost:5000"], ["--addr", "localhost:5000"],
            ["--addr=localhost:5000"], ["-addr=localhost:5000", "--"],
        ])
    func `one dash or two, a space or an equals sign`(arguments: [String]) throws {
        #expect(try request(arguments) == .run(defaultPlan()))
    }

    struct Row: CustomTestStringConvertible {
        var arguments: [String]
        var change: @Sendable (inout Plan) -> Void
        var testDescription: String { "\(arguments)" }

        init(_ arguments: [String], _ change: @escaping @Sendable (inout Plan) -> Void = { _ in }) {
            self.arguments = arguments
            self.change = change
        }
    }

    static let settings = [
        Row(["-service", "shop.Cart"]) { $0.services = ["shop.Cart"] },
        Row(["-service="]),
        Row(["-service", ""]),
        Row(["-service", "a", "-service", "b=c"]) { $0.services = ["a", "b=c"] },
        Row(["-service", "", "-service", "a"]) { $0.services = ["", "a"] },
        Row(["-service", "-v"]) { $0.services = ["-v"] },
        Row(["-service", "--"]) { $0.services = ["--"] },
        Row(["-service", "-h"]) { $0.services = ["-h"] },
        Row(["-service=-help"]) { $0.services = ["-help"] },
        Row(["-connect-timeout", "250ms"]) { $0.connectTimeout = .milliseconds(250) },
        Row(["-rpc-timeout=1m30s"]) { $0.rpcTimeout = .seconds(90) },
        Row(["-timeout", "900ms"]) { $0.runTimeout = .milliseconds(900) },
        Row(["-timeout", "1h", "-timeout", "1ns"]) { $0.runTimeout = .nanoseconds(1) },
        Row(["-user-agent", "me/1.0 (x)"]) { $0.userAgent = "me/1.0 (x)" },
        Row(["-user-agent", " me "]) { $0.userAgent = "me" },
        Row(["-authority", "shop.example:443"]) { $0.authority = "shop.example:443" },
        Row(["-authority", "[::1]:5000"]) { $0.authority = "[::1]:5000" },
        Row(["-gzip"]) { $0.compresses = true },
        Row(["-gzip", "-gzip=false"]),
        Row(["-output", "json"]) { $0.output = .json },
        Row(["-output", "prometheus"]) { $0.output = .prometheus },
        Row(["-output", "json", "-output", "text"]),
        Row(["-concurrency", "1"]) { $0.concurrency = 1 },
        Row(["-concurrency", "65536"]) { $0.concurrency = 65_536 },
        Row(["-color", "always"]) { $0.color = .always },
        Row(["-color=never"]) { $0.color = .never },
        Row(["-quiet"]) { $0.quiet = true },
        Row(["-quiet", "-v"]) { ($0.quiet, $0.verbosity) = (true, .steps) },
        Row(["-quiet=T"]) { $0.quiet = true },
        Row(["-quiet", "-quiet=false"]),
        Row(["-binary-exit"]) { $0.binaryExit = true },
        Row(["-binary-exit=1"]) { $0.binaryExit = true },
        Row(["-v"]) { $0.verbosity = .steps },
        Row(["-v=0"]),
        Row(["-trace"]) { $0.verbosity = .frames },
        Row(["-trace", "-v=false"]) { $0.verbosity = .frames },
        Row(["-v", "-trace=false"]) { $0.verbosity = .steps },
        Row(["-alts=false"]), Row(["-tls=false"]), Row(["-gzip=false"]), Row(["-spiffe=false"]),
        Row(["-user-agent="]), Row(["-user-agent=  "]),
        Row(["-version=false"]),
    ]

    @Test(arguments: settings)
    func `flags set the plan`(row: Row) throws {
        #expect(try plan(row.arguments) == defaultPlan(with: row.change))
    }

    static let wrong =
        [
            (["-adr", "x"], "unknown flag -adr (did you mean -addr?)"),
            (["-x\u{1B}=1"], "unknown flag -x\\x1b"),
            (["-addrx:1"], "unknown flag -addrx:1 (did you mean -addr?)"),
            (["-=x"], "bad flag syntax: \"-=x\""),
            (["--=x"], "bad flag syntax: \"--=x\""),
            (["---addr=x"], "bad flag syntax: \"---addr=x\""),
            (["---"], "bad flag syntax: \"---\""),
            (["-service"], "-service needs a value: -service NAME"),
            (["-output"], "-output needs a value: -output FORMAT"),
            (
                ["-rpc-timeout", "1x"],
                "-rpc-timeout: \"1x\" is not a duration (examples: 300ms, 1.5s, 1m30s)"
            ),
            (["--rpc-timeout=5"], "-rpc-timeout: \"5\" has no unit (examples: 300ms, 1.5s, 1m30s)"),
            (["-timeout", "0"], "-timeout: \"0\" is not greater than zero"),
            (["-connect-timeout", "-1s"], "-connect-timeout: \"-1s\" is not greater than zero"),
            (["-timeout=9999999h"], "-timeout: \"9999999h\" is too long"),
            (
                ["-timeout", "x", "-timeout", "1s"],
                "-timeout: \"x\" is not a duration (examples: 300ms, 1.5s, 1m30s)"
            ),
            (["-addr", "localhost"], "-addr: \"localhost\" has no port"),
            (["-addr", "", "-addr", "h:1"], "-addr: the target is empty"),
            (["-addr", "-h"], "-addr: \"-h\" has no port"),
            (["-output", "xml"], "-output: \"xml\" is not one of text, json, prometheus"),
            (["-output="], "-output: \"\" is not one of text, json, prometheus"),
            (["-color", "Always"], "-color: \"Always\" is not one of auto, always, never"),
            (["-quiet=maybe"], "-quiet: \"maybe\" is not a boolean (true or false)"),
            (["-quiet="], "-quiet: \"\" is not a boolean (true or false)"),
            (
                ["-user-agent", "a\nb"],
                "-user-agent: \"a\\nb\" has a character that is not printable ASCII"
            ),
            (
                ["-user-agent", "ü"],
                "-user-agent: \"ü\" has a character that is not printable ASCII"
            ),
            (["-authority="], "-authority: the authority is empty"),
            (
                ["-authority=me@host"],
                "-authority: \"me@host\" cannot be an authority (host or host:port)"
            ),
            (["-authority=a b"], "-authority: \"a b\" cannot be an authority (host or host:port)"),
            (
                ["-authority=http://h"],
                "-authority: \"http://h\" cannot be an authority (host or host:port)"
            ),
            (["-alts"], "-alts: not supported, as it needs Google's own handshaker service"),
            (["-alts=x"], "-alts: \"x\" is not a boolean (true or false)"),
            (["x"], "stray argument \"x\""),
            (["-"], "stray argument \"-\""),
            ([""], "stray argument \"\""),
            (["--", "-v"], "stray argument \"-v\""),
            (["--", "-h"], "stray argument \"-h\""),
            (["-nope", "-timeout=x", "y"], "unknown flag -nope"),
        ] as [([String], String)]

    @Test(arguments: wrong)
    func `one line says what is wrong`(arguments: [String], message: String) throws {
        let error = #expect(throws: UsageError.self) {
            try request(["-addr", "localhost:5000"] + arguments)
        }
        #expect(error?.message == message)
        #expect(error?.showsUsage == false)
    }

    @Test(
        arguments: [
            (["-quiet", "false"], "boolean flags take a value only as -quiet=false"),
            (["--v", "1"], "boolean flags take a value only as -v=1"),
            (["-quiet", "localhost:5000"], "a target is given with -addr"),
            (["localhost:5000"], "a target is given with -addr"),
            (["-quiet=true", "false"], nil),
            (["-service", "x", "true"], nil),
            (["-quiet", "maybe"], nil),
            (["-addr=http://h:1"], "write -addr host:port"),
            (["http://h:1"], "write -addr host:port"),
            (["grpcs://h:1/x"], "write -addr host:port -tls"),
            (["/run/x.sock"], "a unix socket is written unix:/run/x.sock"),
            (["help"], "-h prints help"),
            (["version"], "-version prints the version"),
            (["--", "help"], nil),
            (["localhost"], nil),
            (["-addr=:1", "-quiet", "help"], "-h prints help"),
        ] as [([String], String?)])
    func `a hint where there is something to do`(arguments: [String], hint: String?) {
        let error = #expect(throws: UsageError.self) { try request(arguments) }
        #expect(error?.hint == hint)
    }

    @Test(
        arguments: [
            ["-rpc-header", "authorization:", "secret"],
            ["-rpc-header=authorization:", "secret:1"],
            ["--rpc-header", "authorization:", "/secret", "secret"],
            ["-rpc-header", "authorization:", "https://secret"],
        ])
    func `a stray word may be the rest of a secret`(arguments: [String]) {
        #expect(
            throws: UsageError(
                "stray argument after -rpc-header",
                hint: "a header with blanks needs quotes: -rpc-header 'name: value'")
        ) { try request(arguments) }
    }

    @Test func `without arguments the usage is shown`() {
        let error = #expect(throws: UsageError.self) { try request([]) }
        #expect(error?.showsUsage == true)
        #expect(error?.message == "-addr is missing")
    }

    @Test(arguments: [["-v"], ["-service", "x"], ["--"]])
    func `without an address there is nothing to check`(arguments: [String]) {
        let error = #expect(throws: UsageError.self) { try request(arguments) }
        #expect(error?.showsUsage == false)
        #expect(error?.message == "-addr is missing")
    }

    @Test(
        arguments: [
            ["-h"], ["--h"], ["-help"], ["--help"], ["-help=x"], ["-addr", "localhost:1", "-h"],
            ["-addr", "nonsense", "-h"], ["-nope", "-h"], ["stray", "--help"], ["-version", "-h"],
            ["---", "-h"], ["-service", "-h", "-h"], ["-quiet", "-h"],
        ])
    func `help is to be had anywhere`(arguments: [String]) throws {
        #expect(try request(arguments) == .help)
    }

    @Test func `the version needs neither a target nor a sound environment`() throws {
        let broken = [(name: "SWIFT_HEALTH_PROBE_TIMEOUT", value: "x")]
        #expect(try request(["-version"]) == .version)
        #expect(try request(["--version=true", "-v"], environment: broken) == .version)
        #expect(throws: UsageError.self) { try request(["-version", "stray"]) }
        #expect(throws: UsageError.self) { try request(["-nope", "-version"]) }
    }
}
