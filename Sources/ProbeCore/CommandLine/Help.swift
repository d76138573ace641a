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
        let spelling = spelling(flag)
        let padding = String(repeating: " ", count: column - spelling.utf8.count)
        return "  \(spelling)\(padding)  \(flag.help)\n"
    }

    private static let introduction = """
        usage: swift-health-probe -addr TARGET [-service NAME] [flags]

        Asks a gRPC server for its health (grpc.health.v1.Health/Check) and turns the
        answer into an exit code.

        Examples:
          swift-health-probe -addr localhost:5000
          swift-health-probe -addr localhost:5000 -service shop.Cart -timeout 900ms
          swift-health-probe -addr unix:/run/shop.sock -output json
          swift-health-probe -addr shop.internal:5000 -rpc-header @/run/secrets/headers

        """

    private static let conclusion = """

        One dash or two, -name value or -name=value; booleans take a value only as
        -name=false. Durations are written as in Go: 300ms, 1.5s, 1m30s, 2h.

        TARGET is one of:
          host:port  [v6]:port  :port  localhost:port (127.0.0.1 and ::1, without DNS)
          dns:host[:port]  dns://server[:port]/host[:port]  passthrough:///host:port
          ipv4:a[:port],...  ipv6:[a][:port],...
          unix:path  unix:///absolute/path  unix-abstract:name  vsock:cid:port

        Environment:
          Every flag also has a variable: \(Flag.variablePrefix)RPC_TIMEOUT stands
          for -rpc-timeout. The command line wins. Where a flag may be repeated, the
          variable holds one value a line. NO_COLOR and TERM=dumb switch colors off.
          SPIFFE_ENDPOINT_SOCKET says where the SPIFFE agent is: unix:///path, or
          tcp://address:port.
          SSL_CERT_FILE and SSL_CERT_DIR replace the system's places of certificates.

        Exit codes:
            0  SERVING
            1  invalid arguments, or a file named in them cannot be used
            2  could not connect in time (also TLS), or the server has no HTTP/2
            3  connected, but the call failed or was not answered in time
            4  NOT_SERVING
            5  UNKNOWN, or a status this program does not know
            6  SERVICE_UNKNOWN
           20  SPIFFE credentials could not be had
        128+n  ended by signal n before there was an answer

        """
}
