import Basics
import Testing

@Suite struct TargetTests {
    struct Row: CustomTestStringConvertible {
        var spelling: String
        var endpoint: Endpoint
        var authority: String
        var testDescription: String { spelling }

        init(_ spelling: String, _ endpoint: Endpoint, _ authority: String) {
            self.spelling = spelling
            self.endpoint = endpoint
            self.authority = authority
        }
    }

    static func loopback(_ port: UInt16) -> Endpoint {
        .addresses([.ipv4(.loopback, port: port), .ipv6(.loopback, port: port)])
    }
    static func name(_ name: String, _ port: UInt16, server: NameServer? = nil) -> Endpoint {
        .name(name, port: port, server: server)
    }
    static func server(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) -> NameServer {
        NameServer(address: .v4(IPv4Address(octets: [a, b, c, d])), port: port)
    }
    static func ipv4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ port: UInt16)
        -> EndpointAddress
    {
        .ipv4(IPv4Address(octets: [a, b, c, d]), port: port)
    }
    static func ipv6(_ text: String, _ port: UInt16) -> EndpointAddress {
        guard let address = IPv6Address(parsing: Array(text.utf8)[...]) else {
            preconditionFailure("\(text) is not an address")
        }
        return .ipv6(address, port: port)
    }
    /// As long as they may be.
    static let longName = String(repeating: "a234567890123456789.", count: 12) + "b234567890123"
    static let longPath = "/" + String(repeating: "x", count: 106)

    static let hostsAndPorts = [
        Row("shop:5000", name("shop", 5000), "shop:5000"),
        Row("shop.example.com:443", name("shop.example.com", 443), "shop.example.com:443"),
        Row("shop.example.com.:443", name("shop.example.com.", 443), "shop.example.com.:443"),
        Row("Shop_1.x-y:1", name("Shop_1.x-y", 1), "Shop_1.x-y:1"),
        Row("h:65535", name("h", 65535), "h:65535"),
        Row("1a:5000", name("1a", 5000), "1a:5000"),
        Row("web.1:5000", name("web.1", 5000), "web.1:5000"),
        Row("\(longName):5000", name(longName, 5000), "\(longName):5000"),
        Row("\(longName).:5000", name("\(longName).", 5000), "\(longName).:5000"),
        Row("localhost:5000", loopback(5000), "localhost:5000"),
        Row("LocalHost:5000", loopback(5000), "LocalHost:5000"),
        Row("localhost.:5000", loopback(5000), "localhost.:5000"),
        Row(":5000", loopback(5000), "localhost:5000"),
        Row("127.0.0.1:5000", .addresses([ipv4(127, 0, 0, 1, 5000)]), "127.0.0.1:5000"),
        Row("0.0.0.0:5000", .addresses([ipv4(0, 0, 0, 0, 5000)]), "0.0.0.0:5000"),
        Row("[::1]:5000", .addresses([ipv6("::1", 5000)]), "[::1]:5000"),
        Row("[0:0::1]:5000", .addresses([ipv6("::1", 5000)]), "[0:0::1]:5000"),
        Row("[::]:5000", .addresses([ipv6("::", 5000)]), "[::]:5000"),
        Row("[fe80::1%eth0]:5000", .addresses([ipv6("fe80::1%eth0", 5000)]), "[fe80::1]:5000"),
        Row("http:5000", name("http", 5000), "http:5000"),
    ]

    static let schemes = [
        Row("dns:shop:5000", name("shop", 5000), "shop:5000"),
        Row("dns:///shop:5000", name("shop", 5000), "shop:5000"),
        Row("DNS:///shop:5000", name("shop", 5000), "shop:5000"),
        Row("dns:shop", name("shop", 443), "shop"),
        Row("dns:///shop", name("shop", 443), "shop"),
        Row("dns:dns:5000", name("dns", 5000), "dns:5000"),
        Row("dns:localhost", loopback(443), "localhost"),
        Row("dns:///localhost:5000", loopback(5000), "localhost:5000"),
        Row("dns::5000", loopback(5000), "localhost:5000"),
        Row("dns:127.0.0.1", .addresses([ipv4(127, 0, 0, 1, 443)]), "127.0.0.1"),
        Row("dns:///[::1]", .addresses([ipv6("::1", 443)]), "[::1]"),
        Row(
            "dns://8.8.4.4/shop:5000", name("shop", 5000, server: server(8, 8, 4, 4, port: 53)),
            "shop:5000"),
        Row(
            "dns://8.8.4.4:5353/shop", name("shop", 443, server: server(8, 8, 4, 4, port: 5353)),
            "shop"),
        Row(
            "dns://[::1]:5353/shop:1",
            name("shop", 1, server: NameServer(address: .v6(.loopback), port: 5353)), "shop:1"),
        Row(
            "dns://[::1]/shop:1",
            name("shop", 1, server: NameServer(address: .v6(.loopback), port: 53)), "shop:1"),
        Row("passthrough:shop:5000", name("shop", 5000), "shop:5000"),
        Row("passthrough:///shop:5000", name("shop", 5000), "shop:5000"),
        Row("passthrough:///localhost:5000", loopback(5000), "localhost:5000"),
        Row("passthrough:///:5000", loopback(5000), "localhost:5000"),
        Row("ipv4:10.0.0.1:5000", .addresses([ipv4(10, 0, 0, 1, 5000)]), "10.0.0.1:5000"),
        Row("ipv4:10.0.0.1", .addresses([ipv4(10, 0, 0, 1, 443)]), "10.0.0.1"),
        Row(
            "ipv4:10.0.0.1:5000,10.0.0.2,10.0.0.3:5002",
            .addresses([
                ipv4(10, 0, 0, 1, 5000), ipv4(10, 0, 0, 2, 443), ipv4(10, 0, 0, 3, 5002),
            ]), "10.0.0.1:5000"),
        Row("ipv6:[::1]:5000", .addresses([ipv6("::1", 5000)]), "[::1]:5000"),
        Row("ipv6:[::1]", .addresses([ipv6("::1", 443)]), "[::1]"),
        Row("ipv6:2607:f8b0::ef", .addresses([ipv6("2607:f8b0::ef", 443)]), "[2607:f8b0::ef]"),
        Row(
            "ipv6:[fe80::1%2]:1,[::1]:2", .addresses([ipv6("fe80::1%2", 1), ipv6("::1", 2)]),
            "[fe80::1]:1"),
    ]

    static let local = [
        Row("unix:/run/x.sock", .addresses([.unix(path: "/run/x.sock")]), "localhost"),
        Row("unix:///run/x.sock", .addresses([.unix(path: "/run/x.sock")]), "localhost"),
        Row("unix:x.sock", .addresses([.unix(path: "x.sock")]), "localhost"),
        Row("unix:./@x", .addresses([.unix(path: "./@x")]), "localhost"),
        Row("unix:my app:1%20.sock", .addresses([.unix(path: "my app:1%20.sock")]), "localhost"),
        Row("unix:\(longPath)", .addresses([.unix(path: longPath)]), "localhost"),
        Row("unix:@name", .addresses([.unixAbstract(name: "name")]), "localhost"),
        Row("unix-abstract:name", .addresses([.unixAbstract(name: "name")]), "localhost"),
        Row("unix-abstract:///name", .addresses([.unixAbstract(name: "/name")]), "localhost"),
        Row("unix-abstract:a b", .addresses([.unixAbstract(name: "a b")]), "localhost"),
        Row("vsock:3:5000", .addresses([.vsock(contextID: 3, port: 5000)]), "localhost"),
        Row(
            "vsock:4294967295:4294967295",
            .addresses([.vsock(contextID: .max, port: .max)]), "localhost"),
    ]

    @Test(arguments: hostsAndPorts + schemes + local)
    func `targets are read`(row: Row) throws {
        let target = try Target.parse(row.spelling)
        #expect(target.spelling == row.spelling)
        #expect(target.endpoint == row.endpoint)
        #expect(target.authority == row.authority)
    }

    @Test func `a list has a bounded number of addresses`() throws {
        let sixteen = [String](repeating: "10.0.0.1:1", count: 16).joined(separator: ",")
        #expect(throws: Never.self) { try Target.parse("ipv4:\(sixteen)") }
        #expect(throws: TargetError("the target has 17 addresses (at most 16)")) {
            try Target.parse("ipv4:\(sixteen),10.0.0.2:1")
        }
    }
}
