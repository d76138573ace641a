import Basics
import GRPC
import Testing

@Suite struct WorkloadEndpointTests {
    @Test(
        arguments: [
            ("unix:///run/agent.sock", .unix(path: "/run/agent.sock"), "localhost"),
            ("unix:/run/agent.sock", .unix(path: "/run/agent.sock"), "localhost"),
            ("UNIX:///run/agent.sock", .unix(path: "/run/agent.sock"), "localhost"),
            ("unix:///run/a%20b%2f.sock", .unix(path: "/run/a b/.sock"), "localhost"),
            ("tcp://127.0.0.1:8000", .ipv4(.loopback, port: 8000), "127.0.0.1:8000"),
            ("tcp://[::1]:8000", .ipv6(.loopback, port: 8000), "[::1]:8000"),
        ] as [(String, EndpointAddress, String)])
    func `an endpoint is a socket or an address`(
        value: String, address: EndpointAddress, authority: String
    ) {
        guard case .at(let target) = WorkloadEndpoint(value) else {
            Issue.record("\(value) is no endpoint")
            return
        }
        #expect(target.spelling == value)
        #expect(target.endpoint == .addresses([address]))
        #expect(target.authority == authority)
    }

    @Test(arguments: [nil, ""])
    func `an empty variable is not set`(value: String?) {
        #expect(WorkloadEndpoint(value) == .notSet)
    }

    @Test(
        arguments: [
            "/run/agent.sock", "agent.sock", "x", ":", "http://127.0.0.1:8000",
            "unix:", "unix://", "unix:agent.sock", "unix://run/agent.sock",
            "unix:///a?b", "unix:///a#b", "unix:///a%00b",
            "unix:///" + String(repeating: "x", count: 107),
            "tcp:127.0.0.1:8000", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:",
            "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536", "tcp://:8000", "tcp://localhost:8000",
            "tcp://agent:8000", "tcp://::1:8000", "tcp://127.0.0.1:8000/",
            "tcp://127.0.0.1:8000/x", "tcp://me@127.0.0.1:8000", "tcp://127.0.0.1:8000?x",
        ])
    func `anything else is malformed, and why`(value: String) {
        guard case .malformed(let spelling, let reason) = WorkloadEndpoint(value) else {
            Issue.record("\(value) is an endpoint")
            return
        }
        #expect(spelling == value)
        #expect(!reason.isEmpty)
        #expect(!reason.contains { $0.isNewline })
    }
}
