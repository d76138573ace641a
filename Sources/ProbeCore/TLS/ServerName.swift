/// The name that a server has to prove (RFC 9525 section 6.1).
package enum ServerName: Equatable, Sendable {
    /// A DNS name, without the dot that marks a name as complete.
    case host(String)
    case address(IPAddress)

    /// A name or an address as it is, in brackets or without.
    package init(_ text: String) {
        self.init(bytes: Array(text.utf8)[...])
    }

    /// The host of an `:authority`: `host`, `host:port`, `[v6]`, `[v6]:port`.
    package init(ofAuthority authority: String) {
        let bytes = Array(authority.utf8)[...]
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            bytes.last != UInt8(ascii: "]"),
            bytes.first == UInt8(ascii: "[") || bytes.firstIndex(of: UInt8(ascii: ":")) == colon
        else {
            self.init(bytes: bytes)
            return
        }
        self.init(bytes: bytes[..<colon])
    }

    private init(bytes text: ArraySlice<UInt8>) {
        var text = text
        if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
            text = text.dropFirst().dropLast()
        }
        if let address = IPv4Address(parsing: text) {
            self = .address(.v4(address))
        } else if let address = IPv6Address(parsing: text) {
            // A zone means something on this machine only, and no certificate has one. An IPv4
            // address in IPv6's clothes (RFC 4291 section 2.5.5.2) is an IPv4 address.
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            self =
                address.octets.starts(with: mapped)
                ? .address(.v4(IPv4Address(octets: Array(address.octets[12...]))))
                : .address(.v6(IPv6Address(octets: address.octets)))
        } else {
            if text.last == UInt8(ascii: ".") { text = text.dropLast() }
            self = .host(String(bytes: text))
        }
    }
}

extension ServerName: CustomStringConvertible {
    package var description: String {
        switch self {
        case .host(let name): name
        case .address(.v4(let address)): address.description
        case .address(.v6(let address)): address.description
        }
    }
}
