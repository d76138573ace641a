import CommandLine
import Outcome
import Plan
import Testing

@Suite struct EnvironmentTests {
    static let values = [
        ("SERVICE", "a\nb\n", ["-service", "a", "-service", "b"]),
        ("CONCURRENCY", "3", ["-concurrency", "3"]),
        ("WAIT", "5s", ["-wait", "5s"]),
        ("INTERVAL", "6s", ["-interval", "6s"]),
        ("LIST", "true", ["-list"]),
        ("WATCH", "true", ["-watch"]),
        ("POLL", "7s", ["-poll", "7s"]),
        ("UNTIL", "NOT_SERVING", ["-until", "NOT_SERVING"]),
        ("KEEPALIVE", "8s", ["-keepalive", "8s"]),
        ("CONNECT_TIMEOUT", "2s", ["-connect-timeout", "2s"]),
        ("RPC_TIMEOUT", "3s", ["-rpc-timeout", "3s"]),
        ("TIMEOUT", "4s", ["-timeout", "4s"]),
        ("RPC_HEADER", "a: 1\n\nb: 2\n", ["-rpc-header", "a: 1", "-rpc-header", "b: 2"]),
        ("USER_AGENT", "me/1", ["-user-agent", "me/1"]),
        ("AUTHORITY", "shop:1", ["-authority", "shop:1"]),
        ("SPIFFE", "true", ["-spiffe"]),
        ("SPIFFE_ID", "spiffe://a/b", ["-spiffe-id", "spiffe://a/b"]),
        ("GZIP", "true", ["-gzip"]),
        ("TLS", "1", ["-tls"]),
        ("TLS_SERVER_NAME", "db", ["-tls-server-name", "db"]),
        ("TLS_NO_VERIFY", "1", ["-tls-no-verify"]),
        ("TLS_NO_ALPN", "1", ["-tls-no-alpn"]),
        ("OUTPUT", "json", ["-output", "json"]),
        ("OUTPUT_FILE", "results", ["-output-file", "results"]),
        ("BINARY_EXIT", "1", ["-binary-exit"]),
        ("QUIET", "true", ["-quiet"]),
        ("COLOR", "never", ["-color", "never"]),
        ("V", "t", ["-v"]),
        ("TRACE", "T", ["-trace"]),
    ]

    private static let files = ["TLS_CA_CERT", "TLS_CLIENT_CERT", "TLS_CLIENT_KEY"]

    @Test func `every flag that sets something has its variable`() {
        let variables = Set(Flag.table.compactMap(\.variable))
        let names = ["ADDR", "TARGETS"] + Self.files + Self.values.map(\.0)
        #expect(variables == Set(names.map { "SWIFT_HEALTH_PROBE_\($0)" }))
    }

    @Test(arguments: values)
    func `a variable does what its flag does`(
        suffix: String, value: String, arguments: [String]
    ) throws {
        let name = "SWIFT_HEALTH_PROBE_\(suffix)"
        #expect(isRead(name))
        // Some flags mean something beside another one only.
        let base: [String] =
            switch suffix {
            case "INTERVAL": ["-wait", "1m"]
            case "SPIFFE_ID": ["-spiffe"]
            case "POLL", "UNTIL", "KEEPALIVE": ["-watch"]
            case "TLS_SERVER_NAME", "TLS_NO_VERIFY", "TLS_NO_ALPN": ["-tls"]
            default: []
            }
        #expect(try plan(base, environment: [(name, value)]) == plan(base + arguments))
        #expect(try plan(base, environment: [(name, value)]) != plan(base))
    }

    @Test func `a target in the environment is enough`() throws {
        let environment = [(name: "SWIFT_HEALTH_PROBE_ADDR", value: "localhost:5000")]
        #expect(try request([], environment: environment) == .run(defaultPlan()))
    }

    @Test func `several targets stand in one variable`() throws {
        let several = [(name: "SWIFT_HEALTH_PROBE_ADDR", value: "localhost:5000\n:2")]
        #expect(try request([], environment: several) == .run(plan(["-addr", ":2"])))
    }

    @Test func `a file of targets can be named in the environment`() throws {
        let environment = [(name: "SWIFT_HEALTH_PROBE_TARGETS", value: "fleet")]
        let request = try Invocation.parse(arguments: [], environment: environment) { path, _ in
            path == "fleet" ? .bytes(Array("a:1 x\n".utf8)) : .unreadable(reason: path)
        }
        guard case .run(let plan) = request else { throw UsageError("nothing is run") }
        #expect(plan.subjects.map(\.target.spelling) == ["a:1"])
    }

    @Test(
        arguments: [
            ("QUIET", "true", ["-quiet=false"]),
            ("SERVICE", "a", ["-service="]),
            ("TIMEOUT", "not a duration", ["-timeout", "1s"]),
            ("RPC_HEADER", "a: 1\nb: 2", ["-rpc-header", "c: 3"]),
        ])
    func `the command line wins`(suffix: String, value: String, arguments: [String]) throws {
        let environment = [(name: "SWIFT_HEALTH_PROBE_\(suffix)", value: value)]
        #expect(try plan(arguments, environment: environment) == plan(arguments))
    }

    @Test(arguments: values)
    func `an empty variable is not set`(
        suffix: String, value: String, arguments: [String]
    ) throws {
        let environment = [(name: "SWIFT_HEALTH_PROBE_\(suffix)", value: "")]
        #expect(try plan([], environment: environment) == defaultPlan())
    }

    @Test(
        arguments: [
            ("ADDR", "http://x", ": \"http://x\" is a URL, not a target"),
            ("RPC_TIMEOUT", "1x", ": \"1x\" is not a duration (examples: 300ms, 1.5s, 1m30s)"),
            ("QUIET", "yes", ": \"yes\" is not a boolean (true or false)"),
            ("OUTPUT", "json\n", ": \"json\\n\" is not one of text, json, prometheus"),
            ("RPC_HEADER", "a: 1\nte: x", ": te is reserved"),
        ])
    func `an error names the variable`(suffix: String, value: String, message: String) {
        let name = "SWIFT_HEALTH_PROBE_\(suffix)"
        let error = #expect(throws: UsageError.self) {
            try request([], environment: [(name, value)])
        }
        #expect(error?.message == name + message)
    }

    @Test(arguments: ["H", "HELP", "VERSION", "ALTS", "SERVICE_HOST", "PORT", "NOPE"])
    func `other variables mean nothing`(suffix: String) throws {
        let environment = [(name: "SWIFT_HEALTH_PROBE_\(suffix)", value: "true")]
        #expect(try plan([], environment: environment) == defaultPlan())
    }

    @Test func `of two variables with one name the first counts`() throws {
        let environment = [
            (name: "SWIFT_HEALTH_PROBE_SERVICE", value: "a"),
            (name: "SWIFT_HEALTH_PROBE_SERVICE", value: "b"),
        ]
        #expect(try plan([], environment: environment).services == ["a"])
    }

    @Test(
        arguments: [
            ([], "NO_COLOR", "1", .never), ([], "NO_COLOR", "", .auto),
            ([], "TERM", "dumb", .never), ([], "TERM", "xterm", .auto),
            (["-color", "auto"], "NO_COLOR", "1", .never),
            (["-color", "always"], "NO_COLOR", "1", .always),
            (["-color", "always"], "TERM", "dumb", .always),
        ] as [([String], String, String, ColorChoice)])
    func `customs of the terminal turn colors off`(
        arguments: [String], name: String, value: String, color: ColorChoice
    ) throws {
        #expect(isRead(name))
        #expect(try plan(arguments, environment: [(name, value)]).color == color)
    }

    @Test func `nothing else is read`() {
        #expect(!isRead("PATH"))
        #expect(!isRead("TERMINAL"))
        #expect(!isRead("SWIFT_HEALTH"))
    }
}
