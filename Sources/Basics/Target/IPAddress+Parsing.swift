extension IPv4Address {
    /// Four decimal numbers from 0 to 255 with dots between them, without leading zeros.
    ///
    /// The older spellings (`127.1`, `0x7f.1`, `0177.0.0.1`) mean different addresses to
    /// different programs (RFC 6943 section 3.1.1), so they are refused.
    package init?(parsing text: ArraySlice<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard let number = part.decimal(atMost: 255) else { return nil }
            guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            octets.append(UInt8(number))
        }
        self.init(octets: octets)
    }
}

extension IPv6Address {
    /// An address as RFC 4291 section 2.2 writes it, without brackets, and behind a `%` the zone
    /// of RFC 4007 section 11.
    package init?(parsing text: ArraySlice<UInt8>) {
        var address = text
        var zone: String?
        if let percent = text.firstIndex(of: UInt8(ascii: "%")) {
            let name = text[(percent + 1)...]
            guard IPv6Address.isZone(name) else { return nil }
            zone = String(bytes: name)
            address = text[..<percent]
        }
        guard let octets = IPv6Address.octets(of: address) else { return nil }
        self.init(octets: octets, zone: zone)
    }

    /// The name or number of a network interface. Linux takes at most 15 bytes, and neither
    /// slashes nor colons nor blanks.
    private static func isZone(_ name: ArraySlice<UInt8>) -> Bool {
        guard 1...15 ~= name.count else { return false }
        return name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: ":"): false
            case UInt8(ascii: "["), UInt8(ascii: "]"): false
            default: 0x21...0x7E ~= byte
            }
        }
    }

    private static func octets(of text: ArraySlice<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var gap: Int?
        var rest = text
        if let behind = rest.dropping(prefix: "::") {
            gap = 0
            rest = behind
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let part = rest[..<end]
            rest = rest[end...]
            // The last 32 bits may be written as an IPv4 address.
            if rest.isEmpty, let tail = IPv4Address(parsing: part) {
                octets += tail.octets
                break
            }
            guard let group = group(part) else { return nil }
            octets += [UInt8(group >> 8), UInt8(group & 0xFF)]
            guard octets.count <= 16 else { return nil }
            if let behind = rest.dropping(prefix: "::") {
                guard gap == nil else { return nil }
                gap = octets.count
                rest = behind
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return nil }
            }
        }
        guard let gap else { return octets.count == 16 ? octets : nil }
        // "::" stands for at least one group of zeros.
        guard octets.count <= 14 else { return nil }
        let zeros = [UInt8](repeating: 0, count: 16 - octets.count)
        return Array(octets[..<gap]) + zeros + octets[gap...]
    }

    /// One to four hexadecimal digits.
    private static func group(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard 1...4 ~= text.count else { return nil }
        var value: UInt16 = 0
        for byte in text {
            guard let digit = byte.hexadecimalValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

extension IPAddress {
    /// An IPv4 or IPv6 address without brackets.
    package init?(parsing text: ArraySlice<UInt8>) {
        if let address = IPv4Address(parsing: text) {
            self = .v4(address)
        } else if let address = IPv6Address(parsing: text) {
            self = .v6(address)
        } else {
            return nil
        }
    }
}
