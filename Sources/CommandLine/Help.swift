import Basics

/// What `-h` prints, at most 80 columns wide; the part about flags comes from `Flag.table`.
package enum Help {
    /// What is printed when nothing was asked for.
    package static let usage = """
        usage: swift-health-probe -addr host:port [-service name] [flags]
        Asks a gRPC server for its health; the exit code is the answer (0 is SERVING).
        -h prints help with all flags and examples.

        """

    /// The whole help.
    package static var text: String {
        var text = introduction
        for group in Flag.Group.allCases where group != .hidden {
            text += "\n\(title(of: group)):\n"
            for flag in Flag.table where flag.group == group {
                text += row(flag)
            }
        }
        return text + conclusion
    }

    private static func title(of group: Flag.Group) -> String {
        switch group {
        case .target: "What to check"
        case .mode: "What to do (default: check once)"
        case .time: "Time limits"
        case .call: "The call"
        case .tls: "TLS (PEM files)"
        case .output: "Output"
        case .about: "About this program"
        case .hidden: ""
        }
    }

    /// The longest of `-name PLACEHOLDER`, so that the explanations stand in one column.
    private static var column: Int {
        var column = 0
        for flag in Flag.table where flag.group != .hidden {
            column = max(column, spelling(flag).utf8.count)
        }
        return column
    }

    private static func spelling(_ flag: Flag) -> String {
        flag.placeholder.utf8.isEmpty ? "-\(flag.name)" : "-\(flag.name) \(flag.placeholder)"
    }

    private static func row(_ flag: Flag) -> String {
        "  \(padded(spelling(flag), to: column))  \(flag.help)\n"
    }

    private static let introduction = """
        usage: swift-health-probe -addr TARGET [-service NAME] [flags]

        Asks a gRPC server for its health (grpc.health.v1.Health/Check) and makes the
        answer its exit code.

        Examples:
          swift-health-probe -addr localhost:5000
          swift-health-probe -addr localhost:5000 -service shop.Cart -timeout 900ms
          swift-health-probe -addr unix:/run/shop.sock -output json
          swift-health-probe -addr shop.internal:5000 -rpc-header @/run/secrets/headers

        """

    private static let conclusion = """

        Flags start with one dash or two and are written -name value or -name=value; a
        boolean takes a value only as in -name=false. -addr, -service, -targets and
        -rpc-header may be repeated. Durations are written as in Go: 300ms, 1.5s, 1m30s.

        TARGET is one of:
          host:port  [v6]:port  :port  localhost:port (127.0.0.1 and ::1, without DNS)
          dns:host[:port]  dns://server[:port]/host[:port]  passthrough:///host:port
          ipv4:a[:port],...  ipv6:[a][:port],...
          unix:path  unix:///absolute/path  unix-abstract:name  vsock:cid:port
        A port that may be left out is \(TargetParser.defaultPort), as in gRPC; \
        that of a DNS server is \(TargetParser.nameServerPort).

        A file of -targets has one TARGET [NAME...] on each line. The services that a
        line names are checked besides every -service; "" is the whole server. A # at
        the start of a word begins a comment.

        Environment:
          Every flag can also be set by a variable: \(Flag.variablePrefix)RPC_TIMEOUT
          sets -rpc-timeout. The command line wins. The variable of a flag that may be
          repeated holds one value on each line. NO_COLOR and TERM=dumb turn colors off.
          SPIFFE_ENDPOINT_SOCKET is the address of the SPIFFE agent: unix:///path or
          tcp://address:port.
          SSL_CERT_FILE and SSL_CERT_DIR say where trusted certificates are, instead of
          the places that the system keeps them in.

        Exit codes:
            0  SERVING
            1  invalid arguments, or a file named in them cannot be used
            2  could not connect in time (TLS included), or the server has no HTTP/2
            3  connected, but the call failed or was not answered in time
            4  NOT_SERVING
            5  UNKNOWN, or a status that this program does not know
            6  SERVICE_UNKNOWN
           20  SPIFFE credentials could not be obtained
        128+n  ended by signal n before there was an answer

        """
}
