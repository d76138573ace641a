/// `host:port` taken apart and checked; the port may be missing.
package struct HostPort {
    package enum Host {
        /// Nothing stands before the colon: this machine, as `:5000` means everywhere.
        case none
        case localhost
        case address(IPAddress)
        case name(String)
    }

    package var host: Host
    package var port: UInt16?
    /// The text as it may stand in `:authority`: as spelled, but without a zone, which means
    /// something to this machine only, and with a host (Kestrel resets a call to `:5000`).
    package var authority: String

    package static func parse(_ text: ArraySlice<UInt8>) throws(TargetError) -> HostPort {
        if text.first == UInt8(ascii: "[") { return try parseBracketed(text) }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            if let port = text.decimal(atMost: 65535) {
                throw TargetError(
                    text, "is a number and not a host",
                    hint: "a port of this machine is written :\(port)")
            }
            return HostPort(host: try parseHost(text), port: nil, authority: String(bytes: text))
        }
        let behind = text[(colon + 1)...]
        guard !behind.contains(UInt8(ascii: ":")) else { throw manyColons(in: text) }
        let port = try parsePort(behind)
        if colon == text.startIndex {
            return HostPort(host: .none, port: port, authority: "localhost\(String(bytes: text))")
        }
        let host = try parseHost(text[..<colon])
        return HostPort(host: host, port: port, authority: String(bytes: text))
    }

    /// `[v6]` and `[v6]:port`, with a zone or without.
    private static func parseBracketed(
        _ text: ArraySlice<UInt8>
    ) throws(TargetError) -> HostPort {
        guard let end = text.firstIndex(of: UInt8(ascii: "]")) else {
            throw TargetError(text, "has no closing bracket")
        }
        let inside = text[(text.startIndex + 1)..<end]
        guard let address = IPv6Address(parsing: inside) else {
            throw TargetError(
                inside, as: "the text in brackets", "is not an IPv6 address",
                hint: "only an IPv6 address is written in brackets")
        }
        let behind = text[(end + 1)...]
        var port: UInt16?
        if let digits = behind.dropping(prefix: ":") {
            port = try parsePort(digits)
        } else if !behind.isEmpty {
            throw TargetError(text, "has more than a port after the bracket")
        }
        let bare = inside.prefix { $0 != UInt8(ascii: "%") }
        return HostPort(
            host: .address(.v6(address)), port: port,
            authority: "[\(String(bytes: bare))]\(String(bytes: behind))")
    }

    static func parsePort(_ text: ArraySlice<UInt8>) throws(TargetError) -> UInt16 {
        if text.contains(UInt8(ascii: "/")) {
            throw TargetError(
                text, "has a slash after the port",
                hint: "a target has no path; -service names the service to ask for")
        }
        guard let port = text.decimal(atMost: 65535), port > 0 else {
            throw TargetError(text, as: "what follows the colon", "is not a port (1 to 65535)")
        }
        return UInt16(port)
    }

    private static func parseHost(_ text: ArraySlice<UInt8>) throws(TargetError) -> Host {
        if text.isEmpty { return .none }
        let name = text.last == UInt8(ascii: ".") ? text.dropLast() : text
        if name.spellsIgnoringCase("localhost") { return .localhost }
        if let address = IPv4Address(parsing: text) { return .address(.v4(address)) }
        guard name.count <= Limits.hostNameSize else {
            throw TargetError(
                "the host name is \(name.count) bytes long (at most \(Limits.hostNameSize))")
        }
        var isNumeric = true
        for label in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            try checkLabel(label, of: text)
            if !looksNumeric(label) { isNumeric = false }
        }
        // A name server must not be asked what a mistyped address is: some have answers.
        guard !isNumeric else {
            throw TargetError(text, as: "the host", "is not an IPv4 address")
        }
        return .name(String(bytes: text))
    }

    /// Letters, digits and `-` by RFC 1123 section 2.1, and `_`, which container networks use.
    private static func checkLabel(
        _ label: ArraySlice<UInt8>, of host: ArraySlice<UInt8>
    ) throws(TargetError) {
        let isLegal = label.allSatisfy { byte in
            byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        guard isLegal else {
            let isForeign = host.contains { $0 >= 0x80 }
            throw TargetError(
                host, as: "the host", "is not a host name (letters, digits, - _ and . only)",
                hint: isForeign ? "write an international name in its xn-- form" : nil)
        }
        guard !label.isEmpty else {
            throw TargetError(host, as: "the host", "has nothing between two dots")
        }
        guard label.count <= Limits.hostLabelSize else {
            throw TargetError(
                "a part of the host name is \(label.count) bytes long"
                    + " (at most \(Limits.hostLabelSize))")
        }
    }

    /// Whether a part of a host name is a number in one of the notations that some programs
    /// take in an IPv4 address.
    private static func looksNumeric(_ label: ArraySlice<UInt8>) -> Bool {
        if let digits = label.dropping(prefix: "0x") ?? label.dropping(prefix: "0X") {
            return digits.allSatisfy { $0.hexadecimalValue != nil }
        }
        return label.allSatisfy { $0.isASCIIDigit }
    }

    /// Two or more colons and no brackets: nearly always an IPv6 address as other tools take it.
    private static func manyColons(in text: ArraySlice<UInt8>) -> TargetError {
        let fault = "has more than one colon"
        if let last = text.lastIndex(of: UInt8(ascii: ":")),
            let address = IPv6Address(parsing: text[..<last]),
            let port = text[(last + 1)...].decimal(atMost: 65535), port > 0
        {
            return TargetError(
                text, fault, hint: "an IPv6 address needs brackets: [\(address)]:\(port)")
        }
        if let address = IPv6Address(parsing: text) {
            return TargetError(
                text, fault, hint: "an IPv6 address needs brackets and a port: [\(address)]:port")
        }
        return TargetError(text, fault, hint: "a target is host:port, or [address]:port for IPv6")
    }
}
