/// Where a check is sent: parsed once from `-addr`, valid when it exists.
///
/// The spellings follow gRPC's naming document (doc/naming.md); `host:port` alone means `dns:`.
package struct Target: Equatable, Sendable {
    /// The target as the user wrote it, for messages and reports.
    package var spelling: String
    package var endpoint: Endpoint
    /// What `:authority` says unless `-authority` is given; always a legal authority.
    package var authority: String

    package init(spelling: String, endpoint: Endpoint, authority: String) {
        self.spelling = spelling
        self.endpoint = endpoint
        self.authority = authority
    }
}

/// What has to happen before a connection can be attempted.
package enum Endpoint: Equatable, Sendable {
    /// Nothing: these addresses are known (numeric, `localhost`, unix, vsock).
    case addresses([EndpointAddress])
    /// The name must be looked up; `server` is asked instead of the system's name servers.
    case name(String, port: UInt16, server: NameServer?)
}

/// One address a socket can connect to.
package enum EndpointAddress: Equatable, Sendable {
    case ipv4(IPv4Address, port: UInt16)
    case ipv6(IPv6Address, port: UInt16)
    /// A path in the file system, at most `Limits.unixPathSize` bytes.
    case unix(path: String)
    /// Linux's abstract namespace; the leading NUL is not part of the name.
    case unixAbstract(name: String)
    case vsock(contextID: UInt32, port: UInt32)

    package var isIPv6: Bool {
        if case .ipv6 = self { true } else { false }
    }

    package var isTCP: Bool {
        switch self {
        case .ipv4, .ipv6: true
        case .unix, .unixAbstract, .vsock: false
        }
    }
}

/// The DNS server named in `dns://server/host:port`.
package struct NameServer: Equatable, Sendable {
    package var address: IPAddress
    package var port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension NameServer: CustomStringConvertible {
    /// `192.0.2.1:53` or `[2001:db8::1]:53`.
    package var description: String {
        switch address {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
