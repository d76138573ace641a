import Basics
import GRPC
import Testing
import health_demo_server

@Suite struct ArgumentsTests {
    @Test func `without arguments there is one free port and a shop`() throws {
        let arguments = try Arguments.parse([])
        #expect(arguments.listen == [.ipv4(.loopback, port: 0)])
        #expect(arguments.readsInput)
        let registry = HealthRegistry(arguments.services)
        #expect(registry[.overall] == .serving)
        #expect(registry[ServiceName("shop.Cart")] == .serving)
        #expect(registry[ServiceName("shop.Search")] == .notServing)
        #expect(registry[ServiceName("shop.Odd")] == .unknown)
    }

    @Test(arguments: [
        ("127.0.0.1:5000", EndpointAddress.ipv4(.loopback, port: 5000)),
        ("localhost:0", .ipv4(.loopback, port: 0)),
        (":5000", .ipv4(.loopback, port: 5000)),
        ("0.0.0.0:1", .ipv4(IPv4Address(octets: [0, 0, 0, 0]), port: 1)),
        ("[::1]:65535", .ipv6(.loopback, port: 65535)),
        ("unix:/run/x.sock", .unix(path: "/run/x.sock")),
        ("unix-abstract:x", .unixAbstract(name: "x")),
    ])
    func `an address to listen at`(_ text: String, _ address: EndpointAddress) throws {
        #expect(try Arguments.parse(["--listen", text]).listen == [address])
    }

    @Test(arguments: [
        ["--listen"], ["--listen", ""], ["--listen", "5000"], ["--listen", "db:5000"],
        ["--listen", "127.0.0.1:65536"], ["--listen", "::1:5000"], ["--listen", "unix:"],
        ["--ports", "0"], ["--ports", "10001"], ["--ports", "-1"], ["--service", "x"],
        ["--service", "x=UP"], ["-listen", ":0"], ["x"],
    ])
    func `what cannot be obeyed is an error`(_ words: [String]) {
        #expect(throws: ConsoleError.self) { try Arguments.parse(words) }
    }

    @Test func `ports come on top of addresses`() throws {
        let arguments = try Arguments.parse(["--listen", "[::1]:7", "--ports", "3"])
        #expect(arguments.listen.count == 4)
        #expect(arguments.listen[1...].allSatisfy { $0 == .ipv4(.loopback, port: 0) })
    }

    @Test func `services are added and replaced`() throws {
        let arguments = try Arguments.parse([
            "--service", "a=b=SERVING", "--service", "=NOT_SERVING", "--service", "shop.Odd=7",
        ])
        let registry = HealthRegistry(arguments.services)
        #expect(registry[ServiceName("a=b")] == .serving)
        #expect(registry[.overall] == .notServing)
        #expect(registry[ServiceName("shop.Odd")] == ServingStatus(7))
        #expect(registry.entries.count == 5)
    }

    @Test func `the help names every flag and fits a terminal`() {
        for flag in ["--listen", "--ports", "--service", "--no-stdin", "--help"] {
            #expect(Arguments.help.contains("\n  \(flag) ") || Arguments.help.contains(flag))
        }
        for line in Arguments.help.split(separator: "\n") { #expect(line.utf8.count <= 90) }
    }
}
