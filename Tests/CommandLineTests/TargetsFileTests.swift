import Basics
import CommandLine
import Outcome
import Plan
import Testing

/// What is asked of whom: `-addr`, `-service` and the lines of `-targets`.
@Suite struct TargetsFileTests {
    @Test func `addresses and services add up`() throws {
        let plan = try plan(["-addr", "[::1]:1", "-service", "a", "-service", "", "-addr", ":2"])
        #expect(plan.subjects.map(\.target.spelling) == ["localhost:5000", "[::1]:1", ":2"])
        #expect(plan.subjects.allSatisfy { $0.services == ["a", ""] })
    }

    private func planned(
        _ arguments: [String], _ contents: FileContents,
        environment: [(name: String, value: String)] = []
    ) throws(UsageError) -> (plan: Plan, paths: [String]) {
        var paths: [String] = []
        let request = try Invocation.parse(arguments: arguments, environment: environment) {
            path, _ in
            paths.append(path)
            return contents
        }
        guard case .run(let plan) = request else { throw UsageError("nothing is run") }
        return (plan, paths)
    }

    private func planned(
        _ arguments: [String], file: String
    ) throws(UsageError) -> (plan: Plan, paths: [String]) {
        try planned(arguments, .bytes(Array(file.utf8)))
    }

    @Test func `a file of targets has comments, blank lines and services`() throws {
        let file = "# fleet\r\n\n  a:1\t x  y\r\n\tb:2  \n # c:3\nunix:/run/d d"
        let (plan, paths) = try planned(
            ["-targets", "fleet", "-service", "s", "-addr", "e:5"], file: file)
        #expect(paths == ["fleet"])
        #expect(plan.subjects.map(\.target.spelling) == ["e:5", "a:1", "b:2", "unix:/run/d"])
        #expect(plan.subjects.map(\.services) == [["s"], ["s", "x", "y"], ["s"], ["s", "d"]])
    }

    @Test func `a file alone is enough, and the whole server is asked`() throws {
        let (plan, paths) = try planned(["-targets", "-"], file: "a:1")
        #expect(paths == ["-"])
        #expect(plan.subjects.map(\.services) == [[""]])
    }

    @Test func `several files add up`() throws {
        let (plan, _) = try planned(["-targets", "x", "-targets=y"], file: "a:1\n")
        #expect(plan.subjects.count == 2)
    }

    @Test(
        arguments: [
            // A comment begins with a word.
            ("a:1 x # y z", [], ["x"]),
            ("a:1 x #y", [], ["x"]),
            ("a:1\t#", [], [""]),
            ("a:1 x#y z", [], ["x#y", "z"]),
            ("a:1 x #\"\"", [], ["x"]),
            // Two quote characters are the whole server.
            ("a:1 \"\"", [], [""]),
            ("a:1 x \"\" y", [], ["x", "", "y"]),
            ("a:1 \"\"", ["s"], ["s", ""]),
            ("a:1 \"x\"", [], ["\"x\""]),
            // Services of the line are asked besides those of the command line.
            ("a:1 x", ["s", "t"], ["s", "t", "x"]),
            ("a:1 s x", ["s"], ["s", "x"]),
            ("a:1 s", ["s"], ["s"]),
            ("a:1 \"\"", [""], [""]),
            ("a:1 x", [""], ["", "x"]),
            ("a:1 x x", ["s"], ["s", "x", "x"]),
            ("a:1 x", ["s", "s"], ["s", "s", "x"]),
            ("a:1", ["s"], ["s"]),
        ] as [(String, [String], [String])])
    func `a line names services`(line: String, given: [String], asked: [String]) throws {
        let arguments = given.flatMap { ["-service", $0] } + ["-targets", "x"]
        let (plan, _) = try planned(arguments, file: "b:2\n\(line)\nc:3\n")
        let others = given.isEmpty ? [""] : given
        #expect(plan.subjects.map(\.services) == [others, asked, others])
    }

    @Test func `a byte order mark is skipped`() throws {
        let (plan, _) = try planned(["-targets", "x"], file: "\u{FEFF}a:1 s\n")
        #expect(plan.subjects.map(\.target.spelling) == ["a:1"])
        let (commented, _) = try planned(["-targets", "x"], file: "\u{FEFF}# fleet\na:1\n")
        #expect(commented.subjects.map(\.target.spelling) == ["a:1"])
        #expect(throws: UsageError.self) {
            try planned(["-targets", "x"], file: "b:2\n\u{FEFF}a:1\n")
        }
    }

    // MARK: - Mistakes

    @Test(arguments: ["", "\n", "#\n", " \t\r\n# a:1", "\u{FEFF}", "\u{FEFF}\n"])
    func `a file without a target is a mistake`(file: String) {
        for (path, name) in [("fleet", "\"fleet\""), ("-", "standard input")] {
            for arguments in [["-targets", path], ["-addr", "a:1", "-targets", path]] {
                let error = #expect(throws: UsageError.self) {
                    try planned(arguments, file: file)
                }
                #expect(error?.message == "-targets: \(name) names no target")
                #expect(error?.showsUsage == false)
            }
        }
    }

    @Test(
        arguments: [
            ("http://secret", "the first word is a URL, not a target"),
            ("secret", "the target has no port"),
            ("secret:secret", "what follows the colon is not a port (1 to 65535)"),
            ("sec/ret:1", "the host is not a host name (letters, digits, - _ and . only)"),
            ("/secret", "the first word is a path, not a target"),
            ("secret://x", "the word before :// is not a known scheme"),
            ("[secret]:1", "the text in brackets is not an IPv6 address"),
            ("dns://secret/h:1", "the part before the host is not the address of a DNS server"),
            ("ipv4:secret", "a part of the target is not an IPv4 address"),
            ("unix://secret/x", "the target names a host; a socket is always on this machine"),
        ])
    func `a mistake in a file is found by its line, which is not shown`(
        line: String, message: String
    ) {
        for (path, name) in [("fleet", "\"fleet\""), ("-", "standard input")] {
            let error = #expect(throws: UsageError.self) {
                try planned(["-targets", path], file: "a:1\n\n\(line) secret\n")
            }
            #expect(error?.message == "-targets: \(name) line 3: \(message)")
            #expect(error?.hint?.contains("secret") != true)
        }
    }

    @Test func `a file that cannot be read is named`() {
        for (contents, message) in [
            (.unreadable(reason: "it is closed"), "cannot read standard input: it is closed"),
            (.tooLarge, "standard input is too large (at most 16777216 bytes)"),
            (.late, "standard input did not end within -timeout"),
        ] as [(FileContents, String)] {
            let error = #expect(throws: UsageError.self) { try planned(["-targets=-"], contents) }
            #expect(error?.message == "-targets: \(message)")
        }
        #expect(
            throws: UsageError("-targets: cannot read \"/no/such\": no such file or directory")
        ) { try plan(["-targets", "/no/such"]) }
    }

    @Test func `a list of services cannot be narrowed by a line`() throws {
        for (file, line) in [("a:1\n\nb:2 s\nc:3 t\n", 3), ("a:1 \"\"\n", 1)] {
            for arguments in [["-list", "-targets", "x"], ["-targets", "x", "-list"]] {
                let error = #expect(throws: UsageError.self) {
                    try planned(arguments, file: file)
                }
                #expect(error?.message.contains("\"x\" line \(line) ") == true)
            }
        }
        let (plan, _) = try planned(["-list", "-targets", "x"], file: "a:1 # all\n")
        #expect(plan.mode == .list)
    }

    // MARK: - Names that are not text

    /// Arguments and variables are strings, in which U+FFFD stands for bytes that are not UTF-8.
    @Test func `the name of a service is UTF-8`() throws {
        let name = "shop.\u{FFFD}"
        #expect(throws: UsageError("-service: the service name is not UTF-8")) {
            try plan(["-service", name])
        }
        #expect(throws: UsageError("SWIFT_HEALTH_PROBE_SERVICE: the service name is not UTF-8")) {
            try plan([], environment: [("SWIFT_HEALTH_PROBE_SERVICE", "a\n\(name)")])
        }
        let file = Array("a:1 b\nb:2 shop.".utf8) + [0xC3, 0x28]
        #expect(throws: UsageError("-targets: \"x\" line 2: the service name is not UTF-8")) {
            try planned(["-targets", "x"], .bytes(file))
        }
        #expect(try plan(["-service", "läden.Kørv"]).services == ["läden.Kørv"])
    }
}
