extension IPv4Address: CustomStringConvertible {
    package var description: String {
        "\(octets[0]).\(octets[1]).\(octets[2]).\(octets[3])"
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical text of RFC 5952, with the zone behind a `%` (RFC 4007 section 11).
    package var description: String {
        guard let zone else { return addressText }
        return "\(addressText)%\(zone)"
    }

    /// The canonical text without the zone, which only this machine understands.
    package var addressText: String {
        // It keeps its dots (RFC 5952 section 5).
        if let mapped { return "::ffff:\(mapped)" }
        let zeros = longestZeros
        var text = ""
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, !zeros.isEmpty {
                text += "::"
                index = zeros.upperBound
                continue
            }
            if index > 0, index != zeros.upperBound || zeros.isEmpty { text += ":" }
            text += String(group(index), radix: 16)
            index += 1
        }
        return text
    }

    private func group(_ index: Int) -> UInt16 {
        UInt16(octets[2 * index]) << 8 | UInt16(octets[2 * index + 1])
    }

    /// The groups that `::` stands for: the longest run of at least two zero groups, the first
    /// of equals (RFC 5952 section 4.2); empty where there is none.
    private var longestZeros: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            guard group(index) == 0 else {
                start = index + 1
                continue
            }
            let count = index + 1 - start
            if count >= 2, count > longest.count { longest = start..<index + 1 }
        }
        return longest
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
