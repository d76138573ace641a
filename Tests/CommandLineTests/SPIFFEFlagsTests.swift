import CommandLine
import GRPC
import Outcome
import Plan
import Testing

@Suite struct SPIFFEFlagsTests {
    private static let socket = [(name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///run/agent.sock")]

    @Test func `the agent is where the variable says`() throws {
        let plan = try plan(["-spiffe"], environment: Self.socket)
        #expect(
            plan.spiffe == SPIFFEPlan(endpoint: WorkloadEndpoint("unix:///run/agent.sock")))
        #expect(isRead("SPIFFE_ENDPOINT_SOCKET"))
    }

    @Test func `ALPN can be done without`() throws {
        let plan = try plan(["-spiffe", "-tls-no-alpn"], environment: Self.socket)
        #expect(plan.spiffe?.requiresALPN == false)
        #expect(plan.tls == nil)
        #expect(plan.security == .spiffe(nil))
    }

    @Test func `without the flag the variable means nothing`() throws {
        #expect(try plan([], environment: Self.socket).spiffe == nil)
        #expect(try plan(["-spiffe=false"], environment: Self.socket).spiffe == nil)
    }

    @Test func `a missing or malformed variable is no bad command line`() throws {
        #expect(try plan(["-spiffe"]).spiffe == SPIFFEPlan(endpoint: .notSet))
        let environment = [(name: "SPIFFE_ENDPOINT_SOCKET", value: "x")]
        #expect(
            try plan(["-spiffe"], environment: environment).spiffe?.endpoint
                == WorkloadEndpoint("x"))
    }

    @Test func `a server can be required to be somebody`() throws {
        let id = "spiffe://example.org/shop"
        let plan = try plan(["-spiffe", "-spiffe-id", id], environment: Self.socket)
        #expect(plan.spiffe?.requiredID?.text == id)
    }

    @Test(
        arguments: [
            (
                ["-spiffe-id", "spiffe://a/b"],
                "-spiffe-id needs -spiffe"
            ),
            (
                ["-spiffe", "-spiffe-id", "shop"],
                "-spiffe-id: \"shop\" is not a SPIFFE ID: it does not begin with spiffe://"
            ),
            (
                ["-spiffe", "-spiffe-id", "spiffe://a"],
                "-spiffe-id: \"spiffe://a\" is a trust domain, not the identity of a server"
            ),
            (
                ["-spiffe", "-spiffe-id="],
                "-spiffe-id: \"\" is not a SPIFFE ID: it does not begin with spiffe://"
            ),
            (["-spiffe", "-tls"], "-spiffe and -tls cannot be used together"),
            (["-tls-no-verify", "-spiffe"], "-spiffe and -tls-no-verify cannot be used together"),
            (
                ["-spiffe", "-tls-server-name", "db"],
                "-spiffe and -tls-server-name cannot be used together"
            ),
        ])
    func `what makes no sense is refused`(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) {
            try request(["-addr", "h:1"] + arguments, environment: Self.socket)
        }
        #expect(error?.message == message)
    }
}
