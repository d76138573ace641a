package import Basics

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
            // A zone means something on this machine only, and no certificate has one.
            self = .address(
                address.mapped.map { .v4($0) } ?? .v6(IPv6Address(octets: address.octets)))
        } else {
            if text.last == UInt8(ascii: ".") { text = text.dropLast() }
            self = .host(String(bytes: text))
        }
    }
}

extension ServerName {
    /// Whether a host name in a certificate is this one's, as Go and gRPC's own clients read it:
    /// `*` stands for one whole label in front of others, however few, and an underscore is a
    /// letter. OpenSSL wants two more labels behind the `*`, and no underscore under it.
    package func isMatched(by pattern: String) -> Bool {
        guard case .host(let name) = self else { return false }
        let host = labels(of: name)
        let pattern = labels(of: pattern)
        guard pattern.count == host.count, host.allSatisfy({ isLabel($0) }) else { return false }
        for index in pattern.indices {
            let isWildcard = index == 0 && pattern.count > 1 && pattern[0].elementsEqual("*".utf8)
            guard
                isWildcard
                    || isLabel(pattern[index])
                        && pattern[index].elementsEqual(host[index], by: { isSame($0, $1) })
            else { return false }
        }
        return true
    }

    private func labels(of name: String) -> [ArraySlice<UInt8>] {
        Array(name.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    private func isSame(_ one: UInt8, _ other: UInt8) -> Bool {
        one.asciiLowercased == other.asciiLowercased
    }

    /// Whether this is what stands between two dots of a host name.
    private func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        guard let first = label.first, first != UInt8(ascii: "-") else { return false }
        return label.allSatisfy {
            $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0.asciiLowercased)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
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
