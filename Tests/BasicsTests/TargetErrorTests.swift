import Basics
import Testing

@Suite struct TargetErrorTests {
    static let refused =
        [
            ("", "the target is empty", nil),
            ("a\u{0}b:1", "the target contains a NUL byte", nil),
            (
                "localhost", "\"localhost\" has no port",
                "a target is host:port, such as localhost:5000"
            ),
            (
                "5000", "\"5000\" is a number and not a host",
                "a port of this machine is written :5000"
            ),
            ("99999", "\"99999\" is not an IPv4 address", nil),
            ("[::1]", "\"[::1]\" has no port", "a target is host:port, such as localhost:5000"),
            (
                "passthrough:///h", "\"passthrough:///h\" has no port",
                "a target is host:port, such as localhost:5000"
            ),
            ("localhost:", "\"\" is not a port (1 to 65535)", nil),
            (":", "\"\" is not a port (1 to 65535)", nil),
            ("localhost:0", "\"0\" is not a port (1 to 65535)", nil),
            ("localhost:65536", "\"65536\" is not a port (1 to 65535)", nil),
            ("localhost:-1", "\"-1\" is not a port (1 to 65535)", nil),
            ("localhost:http", "\"http\" is not a port (1 to 65535)", nil),
            ("localhost:5000 ", "\"5000 \" is not a port (1 to 65535)", nil),
            (
                "localhost:99999999999999999999",
                "\"99999999999999999999\" is not a port (1 to 65535)", nil
            ),
            (
                "localhost:5000/shop.Cart", "\"5000/shop.Cart\" has a slash after the port",
                "a target has no path; -service names the service to ask for"
            ),
            (
                "::1:5000", "\"::1:5000\" has more than one colon",
                "an IPv6 address needs brackets: [::1]:5000"
            ),
            (
                "fe80::1%eth0:5000", "\"fe80::1%eth0:5000\" has more than one colon",
                "an IPv6 address needs brackets: [fe80::1%eth0]:5000"
            ),
            (
                "::1", "\"::1\" has more than one colon",
                "an IPv6 address needs brackets and a port: [::1]:port"
            ),
            (
                "a:b:1", "\"a:b:1\" has more than one colon",
                "a target is host:port, or [address]:port for IPv6"
            ),
            ("[::1:5000", "\"[::1:5000\" has no closing bracket", nil),
            ("[::1]5000", "\"[::1]5000\" has more than a port after the bracket", nil),
            (
                "[localhost]:5000", "\"localhost\" is not an IPv6 address",
                "only an IPv6 address is written in brackets"
            ),
            (
                "[127.0.0.1]:5000", "\"127.0.0.1\" is not an IPv6 address",
                "only an IPv6 address is written in brackets"
            ),
            (
                "[]:5000", "\"\" is not an IPv6 address",
                "only an IPv6 address is written in brackets"
            ),
            (
                " localhost:5000",
                "\" localhost\" is not a host name (letters, digits, - _ and . only)", nil
            ),
            ("a/b:5000", "\"a/b\" is not a host name (letters, digits, - _ and . only)", nil),
            (
                "me@host:5000", "\"me@host\" is not a host name (letters, digits, - _ and . only)",
                nil
            ),
            (
                "\u{1B}[2J:5000",
                "\"\\x1b[2J\" is not a host name (letters, digits, - _ and . only)", nil
            ),
            (
                "bücher:5000", "\"bücher\" is not a host name (letters, digits, - _ and . only)",
                "write an international name in its xn-- form"
            ),
            ("a..b:5000", "\"a..b\" has nothing between two dots", nil),
            (".a:5000", "\".a\" has nothing between two dots", nil),
            (".:5000", "\".\" has nothing between two dots", nil),
            ("256.1.1.1:5000", "\"256.1.1.1\" is not an IPv4 address", nil),
            ("1.2.3:5000", "\"1.2.3\" is not an IPv4 address", nil),
            ("127.0.0.1.:5000", "\"127.0.0.1.\" is not an IPv4 address", nil),
            ("0177.0.0.1:5000", "\"0177.0.0.1\" is not an IPv4 address", nil),
            ("0x7f000001:5000", "\"0x7f000001\" is not an IPv4 address", nil),
            ("\(TargetTests.longName)x:5000", "the host name is 254 bytes long (at most 253)", nil),
            (
                "\(String(repeating: "x", count: 64)):1",
                "a part of the host name is 64 bytes long (at most 63)", nil
            ),
        ] as [(String, String, String?)]

    static let refusedSchemes =
        [
            (
                "http://localhost:5000", "\"http://localhost:5000\" is a URL, not a target",
                "write -addr host:port"
            ),
            (
                "HTTPS://h:1/x", "\"HTTPS://h:1/x\" is a URL, not a target",
                "write -addr host:port -tls"
            ),
            (
                "grpc://h:1", "\"grpc://h:1\" is a URL, not a target", "write -addr host:port"
            ),
            (
                "grpcs://h:1", "\"grpcs://h:1\" is a URL, not a target",
                "write -addr host:port -tls"
            ),
            (
                "/run/x.sock", "\"/run/x.sock\" is a path, not a target",
                "a unix socket is written unix:/run/x.sock"
            ),
            (
                "./x.sock", "\"./x.sock\" is a path, not a target",
                "a unix socket is written unix:./x.sock"
            ),
            (
                "../x\u{1B}", "\"../x\\x1b\" is a path, not a target",
                "a unix socket is written unix:../x\\x1b"
            ),
            (
                "xds:///shop", "\"xds\" is not a known scheme",
                "known are dns, ipv4, ipv6, unix, unix-abstract, vsock and passthrough"
            ),
            ("dns:", "\"dns:\" names no host", nil),
            ("dns:///", "\"dns:///\" names no host", nil),
            (
                "dns://shop:5000", "\"dns://shop:5000\" names a DNS server and no host",
                "write dns:host:port, or dns://server/host:port"
            ),
            (
                "dns://shop/h:1", "\"shop\" is not the address of a DNS server",
                "a host without a DNS server is written dns:host:port"
            ),
            (
                "dns://localhost/h:1", "\"localhost\" is not the address of a DNS server",
                "a host without a DNS server is written dns:host:port"
            ),
            ("dns://8.8.8.8:0/h:1", "\"0\" is not a port (1 to 65535)", nil),
            (
                "dns:5000", "\"5000\" is a number and not a host",
                "a host named dns is written dns:dns:5000"
            ),
            (
                "vsock:5000", "\"vsock:5000\" does not name a vsock",
                "a host named vsock is written dns:vsock:5000"
            ),
            (
                "passthrough:", "\"passthrough:\" has no port",
                "a target is host:port, such as localhost:5000"
            ),
            (
                "passthrough://a/h:1",
                "\"passthrough://a/h:1\" has an authority, which passthrough does not take",
                "write passthrough:///host:port"
            ),
            ("ipv4:", "\"\" is not an IPv4 address", nil),
            ("ipv4:shop:5000", "\"shop:5000\" is not an IPv4 address", nil),
            ("ipv4:[::1]:5000", "\"[::1]:5000\" is not an IPv4 address", nil),
            ("ipv4:::1", "\"::1\" is not an IPv4 address", nil),
            ("ipv4:1.2.3.4:1,", "\"\" is not an IPv4 address", nil),
            ("ipv4:1.2.3.4:0", "\"0\" is not a port (1 to 65535)", nil),
            ("ipv6:127.0.0.1:5000", "\"127.0.0.1:5000\" is not an IPv6 address", nil),
            ("ipv6:[::1]:5000,localhost:1", "\"localhost:1\" is not an IPv6 address", nil),
            ("unix:", "\"unix:\" names no socket", nil),
            ("unix://", "\"unix://\" names no socket", nil),
            ("unix:@", "\"unix:@\" names no socket", nil),
            (
                "unix://host/x.sock",
                "\"unix://host/x.sock\" names a host; a socket is always on this machine",
                "write unix:name, or unix:///name with three slashes"
            ),
            (
                "unix:\(TargetTests.longPath)x", "the socket path is 108 bytes long (at most 107)",
                nil
            ),
            ("unix-abstract:", "\"unix-abstract:\" names no socket", nil),
            (
                "unix-abstract:\(TargetTests.longPath)x",
                "the socket name is 108 bytes long (at most 107)", nil
            ),
            (
                "unix-abstract://host/x",
                "\"unix-abstract://host/x\" names a host; a socket is always on this machine",
                "write unix-abstract:name, or unix-abstract:///name with three slashes"
            ),
            (
                "vsock:3:", "\"vsock:3:\" does not name a vsock",
                "write vsock:cid:port, two numbers from 0 to 4294967295"
            ),
            (
                "vsock:3:4294967296", "\"vsock:3:4294967296\" does not name a vsock",
                "write vsock:cid:port, two numbers from 0 to 4294967295"
            ),
            (
                "vsock:-1:1", "\"vsock:-1:1\" does not name a vsock",
                "write vsock:cid:port, two numbers from 0 to 4294967295"
            ),
            (
                "vsock:1:2:3", "\"vsock:1:2:3\" does not name a vsock",
                "write vsock:cid:port, two numbers from 0 to 4294967295"
            ),
        ] as [(String, String, String?)]

    @Test(arguments: refused + refusedSchemes)
    func `what is no target is refused`(spelling: String, message: String, hint: String?) {
        let error = #expect(throws: TargetError.self) { try Target.parse(spelling) }
        #expect(error?.message == message)
        #expect(error?.hint == hint)
    }
}
