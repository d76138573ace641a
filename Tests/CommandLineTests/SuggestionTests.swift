import Outcome
import Testing

@Suite struct SuggestionTests {
    @Test(
        arguments: [
            ("adr", "addr"), ("add", "addr"), ("ADDR", "addr"), ("address", "addr"),
            ("addres", "addr"), ("target", "addr"), ("host", "addr"),
            ("timeout-rpc", "rpc-timeout"), ("rpc_timeout", "rpc-timeout"),
            ("rpctimeout", "rpc-timeout"), ("rpc-timout", "rpc-timeout"),
            ("timeout-connect", "connect-timeout"), ("connection-timeout", "connect-timeout"),
            ("conect-timout", "connect-timeout"), ("timeuot", "timeout"), ("max-time", "timeout"),
            ("services", "service"), ("sevrice", "service"), ("service-name", "service"),
            ("rpc-headers", "rpc-header"), ("header", "rpc-header"), ("metadata", "rpc-header"),
            ("useragent", "user-agent"), ("agent", "user-agent"), ("colour", "color"),
            ("no-color", "color"), ("verbose", "v"), ("vv", "v"), ("qiet", "quiet"),
            ("binary", "binary-exit"), ("ouput", "output"), ("json", "output"),
            ("verison", "version"), ("wacth", "watch"), ("lsit", "list"),
            ("keep-alive", "keepalive"), ("untill", "until"), ("concurency", "concurrency"),
            ("insecure", "tls-no-verify"), ("k", "tls-no-verify"), ("cacert", "tls-ca-cert"),
            ("cert", "tls-client-cert"), ("key", "tls-client-key"),
            ("servername", "tls-server-name"), ("H", "rpc-header"), ("d", "service"),
            ("help-me", nil),
        ] as [(String, String?)])
    func `a slip of the finger is understood`(typed: String, meant: String?) {
        let error = #expect(throws: UsageError.self) { try request(["-\(typed)"]) }
        let suggestion = meant.map { " (did you mean -\($0)?)" } ?? ""
        #expect(error?.message == "unknown flag -\(typed)\(suggestion)")
    }

    @Test(arguments: ["-plaintext", "--plaintext", "-plaintext=true"])
    func `a flag that is not needed can be left out`(argument: String) {
        let error = #expect(throws: UsageError.self) { try request([argument]) }
        #expect(
            error
                == UsageError(
                    "unknown flag -plaintext",
                    hint: "plaintext is the default: leave -plaintext out"))
    }

    /// A guess out of the blue is worse than none.
    @Test(arguments: ["completions", "x", "zz", "frobnicate"])
    func `what is nothing like a flag gets no suggestion`(typed: String) {
        let error = #expect(throws: UsageError.self) { try request(["-\(typed)"]) }
        #expect(error?.message == "unknown flag -\(typed)")
    }
}
