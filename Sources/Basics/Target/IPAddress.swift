/// An IPv4 address: four octets in network order.
package struct IPv4Address: Equatable, Sendable {
    package var octets: [UInt8]

    /// - Precondition: `octets` has four elements.
    package init(octets: [UInt8]) {
        precondition(octets.count == 4)
        self.octets = octets
    }

    package static let loopback = IPv4Address(octets: [127, 0, 0, 1])
}

/// An IPv6 address: sixteen octets in network order, and the zone of a link-local one
/// (RFC 4007), such as `eth0` or `2`.
package struct IPv6Address: Equatable, Sendable {
    package var octets: [UInt8]
    package var zone: String?

    /// - Precondition: `octets` has sixteen elements.
    package init(octets: [UInt8], zone: String? = nil) {
        precondition(octets.count == 16)
        self.octets = octets
        self.zone = zone
    }

    /// An IPv4 address in IPv6's clothes (RFC 4291 section 2.5.5.2).
    package init(mapping address: IPv4Address) {
        self.init(octets: Self.mappedPrefix + address.octets)
    }

    /// The IPv4 address that this one stands for, if it does.
    package var mapped: IPv4Address? {
        guard octets.starts(with: Self.mappedPrefix) else { return nil }
        return IPv4Address(octets: Array(octets[Self.mappedPrefix.count...]))
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    package static let loopback = IPv6Address(octets: [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ])
}

package enum IPAddress: Equatable, Sendable {
    case v4(IPv4Address)
    case v6(IPv6Address)
}

extension IPAddress {
    /// Four octets or sixteen, in network order.
    package var octets: [UInt8] {
        switch self {
        case .v4(let address): address.octets
        case .v6(let address): address.octets
        }
    }
}
