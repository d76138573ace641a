import Basics
import Testing

@Suite struct IPAddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", [0, 0, 0, 0]), ("127.0.0.1", [127, 0, 0, 1]),
            ("255.255.255.255", [255, 255, 255, 255]),
        ] as [(String, [UInt8])])
    func `IPv4 addresses are read and written`(text: String, octets: [UInt8]) throws {
        let address = try #require(IPv4Address(parsing: Array(text.utf8)[...]))
        #expect(address.octets == octets)
        #expect(address.description == text)
    }

    @Test(
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "1.2.3.+4", "01.2.3.4",
            "1.2.3.04", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.4 ", "0x7f.0.0.1", "1.2.3.a",
            "99999999999999999999.1.1.1",
        ])
    func `what is no IPv4 address is refused`(text: String) {
        #expect(IPv4Address(parsing: Array(text.utf8)[...]) == nil)
    }

    /// Every text and its canonical form; most are the examples of RFC 4291 and RFC 5952.
    @Test(
        arguments: [
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
            ("ff01::101", "ff01::101"),
            ("2001:db8::0001", "2001:db8::1"),
            ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            // One group of zeros is not shortened, the longest run is, the first of equals.
            ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:0:0:0:0:0:0:0", "1::"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("::ffff:192.0.2.128", "::ffff:192.0.2.128"),
            ("::ffff:c000:0280", "::ffff:192.0.2.128"),
            ("::13.1.68.3", "::d01:4403"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("FE80::1%Eth0", "fe80::1%Eth0"),
            ("fe80::1%2", "fe80::1%2"),
        ])
    func `IPv6 addresses are written canonically`(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(parsing: Array(text.utf8)[...]))
        #expect(address.description == canonical)
        #expect(IPv6Address(parsing: Array(canonical.utf8)[...]) == address)
    }

    @Test func `an IPv6 address has its octets in network order`() throws {
        let address = try #require(IPv6Address(parsing: Array("102:304::f0e%wlan1".utf8)[...]))
        #expect(address.octets == [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15, 14])
        #expect(address.zone == "wlan1")
        #expect(address.addressText == "102:304::f0e")
    }

    @Test(
        arguments: [
            "", ":", ":::", "1", "1.2.3.4", "1:", ":1", "1:2", "1::2::3", "1:::2", "::1:",
            "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "::256.1.1.1",
            "::1%", "::1%a%b", "::1%a/b", "::1%a:b", "::1%a]", "::1% x", "::1%sixteen-letters-",
            "[::1]",
            "::1 ", "1:2:3:4:5:6:7:8:1.2.3.4",
        ])
    func `what is no IPv6 address is refused`(text: String) {
        #expect(IPv6Address(parsing: Array(text.utf8)[...]) == nil)
    }

    @Test func `either family is recognized`() {
        #expect(IPAddress(parsing: Array("127.0.0.1".utf8)[...]) == .v4(.loopback))
        #expect(IPAddress(parsing: Array("::1".utf8)[...]) == .v6(.loopback))
        #expect(IPAddress(parsing: Array("localhost".utf8)[...]) == nil)
        #expect(IPAddress.v4(.loopback).description == "127.0.0.1")
        #expect(IPAddress.v6(.loopback).description == "::1")
    }

    static let linkLocal = IPv6Address(
        octets: [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], zone: "eth0")

    @Test(
        arguments: [
            (.ipv4(.loopback, port: 5000), "127.0.0.1", "127.0.0.1:5000"),
            (.ipv6(.loopback, port: 5000), "::1", "[::1]:5000"),
            (.ipv6(linkLocal, port: 1), "fe80::1%eth0", "[fe80::1%eth0]:1"),
            (.unix(path: "/run/x.sock"), "/run/x.sock", "unix:/run/x.sock"),
            (.unixAbstract(name: "name"), "@name", "unix-abstract:name"),
            (.vsock(contextID: 3, port: 5000), "vsock 3", "vsock:3:5000"),
        ] as [(EndpointAddress, String, String)])
    func `an endpoint address has a short and a whole form`(
        address: EndpointAddress, host: String, whole: String
    ) throws {
        #expect(address.host == host)
        #expect(address.description == whole)
        #expect(try Target.parse(whole).endpoint == .addresses([address]))
    }
}
