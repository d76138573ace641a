package import Basics
package import GRPC

/// What the command line asks for.
package struct Arguments {
    package static let help = """
        health-demo-server: a gRPC health server to try things out on

        usage: health-demo-server [--listen ADDRESS]... [--ports N] [--service NAME=STATUS]...

          --listen ADDRESS       listen at host:port, :port, [v6]:port, unix:/path or
                                 unix-abstract:name; port 0 is a free one (127.0.0.1:0)
          --ports N              also listen at N free ports of 127.0.0.1
          --service NAME=STATUS  register a service besides or in place of "", shop.Cart,
                                 shop.Search and shop.Odd; the empty name is the whole server
          --no-stdin             read no commands, and go on when standard input ends
          -h, --help             print this

        Each listener is announced on standard output: "listening ADDRESS". Then each line of
        standard input is a command, answered by a line: "ok" or "error: ...".

          set NAME STATUS        STATUS is SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN or a
                                 number; the name "" is the whole server
          remove NAME
          list
          quit

        The server ends at the end of its input, at "quit", SIGINT and SIGTERM.

        """

    /// The most listeners that one process is asked for.
    package static let maximumPorts: UInt32 = 10_000

    package var listen: [EndpointAddress] = []
    package var services: [(ServiceName, ServingStatus)] = [
        (.overall, .serving), (ServiceName("shop.Cart"), .serving),
        (ServiceName("shop.Search"), .notServing), (ServiceName("shop.Odd"), .unknown),
    ]
    package var readsInput = true
    package var wantsHelp = false

    package static func parse(_ words: [String]) throws(ConsoleError) -> Arguments {
        var arguments = Arguments()
        var rest = words[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "-h", "--help": arguments.wantsHelp = true
            case "--no-stdin": arguments.readsInput = false
            case "--listen", "--ports", "--service":
                guard let value = rest.popFirst() else {
                    throw ConsoleError("\(flag) needs a value")
                }
                try arguments.take(flag, value)
            default: throw ConsoleError("unknown argument \(quoted(flag))")
            }
        }
        if arguments.listen.isEmpty { arguments.listen = [.ipv4(.loopback, port: 0)] }
        return arguments
    }

    private mutating func take(_ flag: String, _ value: String) throws(ConsoleError) {
        let bytes = Array(value.utf8)[...]
        switch flag {
        case "--listen":
            guard let address = EndpointAddress(listening: bytes) else {
                throw ConsoleError("--listen: \(quoted(value)) is not an address to listen at")
            }
            listen.append(address)
        case "--ports":
            guard let count = bytes.decimal(atMost: Self.maximumPorts), count > 0 else {
                throw ConsoleError(
                    "--ports: \(quoted(value)) is not a number from 1 to \(Self.maximumPorts)")
            }
            listen += [EndpointAddress](
                repeating: .ipv4(.loopback, port: 0), count: Int(count))
        default:
            // A name may contain the sign, a status does not.
            guard let equals = bytes.lastIndex(of: UInt8(ascii: "=")) else {
                throw ConsoleError("--service: \(quoted(value)) is not NAME=STATUS")
            }
            let status = try ServingStatus(spelling: String(bytes: bytes[(equals + 1)...]))
            services.append((ServiceName(spelling: String(bytes: bytes[..<equals])), status))
        }
    }
}

extension EndpointAddress {
    /// An address of this machine: there are no names to look up, and the port may be 0.
    init?(listening text: ArraySlice<UInt8>) {
        if let path = text.dropping(prefix: "unix:") {
            guard 1...Limits.unixPathSize ~= path.count, !path.contains(0) else { return nil }
            self = .unix(path: String(bytes: path))
        } else if let name = text.dropping(prefix: "unix-abstract:") {
            guard 1...Limits.unixPathSize ~= name.count else { return nil }
            self = .unixAbstract(name: String(bytes: name))
        } else {
            guard let colon = text.lastIndex(of: UInt8(ascii: ":")),
                let number = text[(colon + 1)...].decimal(atMost: UInt32(UInt16.max))
            else { return nil }
            let host = text[..<colon]
            let port = UInt16(number)
            if host.isEmpty || host.spells("localhost") {
                self = .ipv4(.loopback, port: port)
            } else if let address = IPv4Address(parsing: host) {
                self = .ipv4(address, port: port)
            } else if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]"),
                let address = IPv6Address(parsing: host.dropFirst().dropLast())
            {
                self = .ipv6(address, port: port)
            } else {
                return nil
            }
        }
    }
}
