import Basics
import CommandLine
import GRPC
import Outcome
import Testing

@Suite struct MetadataTests {
    @Test(
        arguments: [
            ("name: value", "name", "value"),
            ("name:value", "name", "value"),
            (" Name \t:\t value \t", "name", "value"),
            ("AUTHORIZATION: Bearer a:b=", "authorization", "Bearer a:b="),
            ("x_1.y-z: a  b", "x_1.y-z", "a  b"),
            ("x: \"quoted\"", "x", "\"quoted\""),
            ("x: ~!@#", "x", "~!@#"),
            ("empty:", "empty", ""),
            ("url: http://h:1/", "url", "http://h:1/"),
            ("grpc: allowed", "grpc", "allowed"),
            ("x-bin-x: not base64!", "x-bin-x", "not base64!"),
            // Base64 goes out without padding.
            ("t-bin: AAEC", "t-bin", "AAEC"),
            ("T-Bin: AAE=", "t-bin", "AAE"),
            ("t-bin: AAE", "t-bin", "AAE"),
            ("t-bin: AA==", "t-bin", "AA"),
            ("t-bin: AA", "t-bin", "AA"),
            ("t-bin: +/+/", "t-bin", "+/+/"),
            ("t-bin:", "t-bin", ""),
        ])
    func `headers take their wire form`(line: String, name: String, value: String) throws {
        let field = try HeaderField(metadata: line)
        #expect(
            field
                == HeaderField(
                    name: Array(name.utf8), value: Array(value.utf8), isNeverIndexed: true))
    }

    static let wrong = [
        ("secret", "there is no colon (a header is written \"name: value\")"),
        ("", "there is no colon (a header is written \"name: value\")"),
        (": x", "there is no name before the colon (pseudo-headers are reserved)"),
        (":authority: x", "there is no name before the colon (pseudo-headers are reserved)"),
        (
            "\"name: secret\"",
            "character 1 of the name is not legal in a header (letters, digits, - _ and . only)"
        ),
        (
            "na me: secret",
            "character 3 of the name is not legal in a header (letters, digits, - _ and . only)"
        ),
        (
            "nämé: secret",
            "character 2 of the name is not legal in a header (letters, digits, - _ and . only)"
        ),
        (
            "grpc-timeout: secret",
            "grpc-timeout is reserved, like every name that starts with grpc-"
        ),
        (
            "GRPC-Trace-Bin: secret",
            "grpc-trace-bin is reserved, like every name that starts with grpc-"
        ),
        ("name: secret\u{0}", "the value of name has a character that is not printable ASCII"),
        ("name: secret\r\nx: y", "the value of name has a character that is not printable ASCII"),
        ("name: secret\u{7F}", "the value of name has a character that is not printable ASCII"),
        ("name: sécret", "the value of name has a character that is not printable ASCII"),
        (
            "t-bin: secret!",
            "the value of t-bin is not base64, which a name ending in -bin requires"
        ),
        ("t-bin: A", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AAAAA", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AA=", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AAA==", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: A===", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: =", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AA==AA", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AB==", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AAF=", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: -_-_", "the value of t-bin is not base64, which a name ending in -bin requires"),
        ("t-bin: AA AA", "the value of t-bin is not base64, which a name ending in -bin requires"),
    ]

    @Test(arguments: wrong)
    func `headers that would break the call are refused`(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try plan(["-rpc-header", line]) }
        #expect(error?.message == "-rpc-header: \(message)")
    }

    @Test(
        arguments: [
            "connection", "content-length", "content-type", "host", "keep-alive",
            "proxy-connection", "te", "transfer-encoding", "upgrade", "user-agent", "User-Agent",
        ])
    func `headers of the protocol are refused`(name: String) {
        let error = #expect(throws: ValueError.self) { try HeaderField(metadata: "\(name): x") }
        #expect(error?.message == "\(name.lowercased()) is reserved")
    }

    @Test func `a refusal names the flag for the purpose`() {
        for (line, flag) in [
            ("host: x", "-authority"), ("user-agent: x", "-user-agent"),
            ("grpc-timeout: 1S", "-rpc-timeout"),
        ] {
            let error = #expect(throws: ValueError.self) { try HeaderField(metadata: line) }
            #expect(error?.hint?.contains(flag) == true)
        }
    }

    @Test(arguments: wrong)
    func `no message holds a value`(line: String, message: String) {
        let error = #expect(throws: ValueError.self) { try HeaderField(metadata: line) }
        for text in ["secret", "sécret", "AAAAA", "-_-_"] {
            #expect(error?.message.contains(text) != true)
            #expect(error?.hint?.contains(text) != true)
        }
    }

    @Test func `headers keep their order and may repeat`() throws {
        let plan = try plan(["-rpc-header", "b: 1", "--rpc-header=a: 2", "-rpc-header", "b: 3"])
        #expect(plan.metadata == [field("b", "1"), field("a", "2"), field("b", "3")])
    }

    func field(_ name: String, _ value: String) -> HeaderField {
        HeaderField(
            name: Array(name.utf8), value: Array(value.utf8), isNeverIndexed: true)
    }

    func metadata(_ contents: FileContents, _ arguments: [String]) throws -> [HeaderField] {
        let request = try Invocation.parse(
            arguments: ["-addr", "h:1"] + arguments, environment: []
        ) { path, _ in
            path == "dir/my headers" ? contents : .unreadable(reason: "no such file or directory")
        }
        guard case .run(let plan) = request else { return [] }
        return plan.metadata
    }

    @Test func `a file holds one header a line`() throws {
        let text = "# who we are\r\n\r\na: 1\r\n  \n \tB: 2 \n  # not this: x\nc-bin: AAE=\nd:#4"
        let metadata = try metadata(
            .bytes(Array(text.utf8)),
            ["-rpc-header", "x: 0", "-rpc-header", "@dir/my headers", "-rpc-header", "y: 9"])
        #expect(
            metadata == [
                field("x", "0"), field("a", "1"), field("b", "2"), field("c-bin", "AAE"),
                field("d", "#4"), field("y", "9"),
            ])
        #expect(try self.metadata(.bytes([]), ["-rpc-header=@dir/my headers"]) == [])
        let marked = FileContents.bytes(Array("\u{FEFF}a: 1 # 2".utf8))
        #expect(
            try self.metadata(marked, ["-rpc-header=@dir/my headers"]) == [field("a", "1 # 2")])
    }

    @Test(
        arguments: [
            (
                .bytes(Array("a: 1\n\nte: secret".utf8)),
                "-rpc-header: \"dir/my headers\" line 3: te is reserved"
            ),
            (
                .bytes(Array("@other".utf8)),
                "-rpc-header: \"dir/my headers\" line 1: there is no colon"
                    + " (a header is written \"name: value\")"
            ),
            (
                .bytes(Array("# x\na: \u{1}secret".utf8)),
                "-rpc-header: \"dir/my headers\" line 2: the value of a has a character that"
                    + " is not printable ASCII"
            ),
            (
                .bytes(Array("a: ".utf8) + [0xFF]),
                "-rpc-header: \"dir/my headers\" line 1: the value of a has a character that"
                    + " is not printable ASCII"
            ),
            (
                .unreadable(reason: "permission\ndenied"),
                "-rpc-header: cannot read \"dir/my headers\": permission\\ndenied"
            ),
            (.tooLarge, "-rpc-header: \"dir/my headers\" is too large (at most 65536 bytes)"),
        ] as [(FileContents, String)])
    func `an error in a file names the file and the line`(
        contents: FileContents, message: String
    ) {
        let error = #expect(throws: UsageError.self) {
            try metadata(contents, ["-rpc-header", "@dir/my headers"])
        }
        #expect(error?.message == message)
    }

    @Test func `a file needs a name`() {
        #expect(throws: UsageError("-rpc-header: there is no file name after the @")) {
            try plan(["-rpc-header", "@"])
        }
    }

    @Test func `a variable may name a file too`() throws {
        let request = try Invocation.parse(
            arguments: ["-addr", "h:1"],
            environment: [("SWIFT_HEALTH_PROBE_RPC_HEADER", "a: 1\n@/secrets\nc: 3")]
        ) { path, _ in
            path == "/secrets" ? .bytes(Array("b: 2".utf8)) : .unreadable(reason: "")
        }
        guard case .run(let plan) = request else { return }
        #expect(plan.metadata == [field("a", "1"), field("b", "2"), field("c", "3")])
    }
}
