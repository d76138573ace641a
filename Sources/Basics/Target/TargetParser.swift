extension Target {
    /// Reads a target as `-addr` takes it.
    ///
    /// The schemes are those of gRPC's naming document (doc/naming.md); without a known one the
    /// text is `host:port`, so `localhost:5000` has no scheme. Scheme names may have any case,
    /// as in every URI (RFC 3986 section 3.1).
    package static func parse(_ spelling: String) throws(TargetError) -> Target {
        let text = Array(spelling.utf8)[...]
        guard !text.isEmpty else { throw TargetError("the target is empty") }
        guard !text.contains(0) else { throw TargetError("the target contains a NUL byte") }
        let parser = TargetParser(spelling: spelling)
        if let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let scheme = TargetParser.Scheme(text[..<colon])
        {
            let rest = text[(colon + 1)...]
            do throws(TargetError) {
                return try parser.parse(rest, scheme: scheme)
            } catch {
                throw error.considering(aHostNamed: scheme, rest)
            }
        }
        if let error = TargetParser.otherNotation(text) { throw error }
        let location = try HostPort.parse(text)
        return try parser.target(at: location, port: parser.port(of: location))
    }
}

package struct TargetParser {
    enum Scheme: String, CaseIterable {
        case dns
        case ipv4
        case ipv6
        case unix
        case unixAbstract = "unix-abstract"
        case vsock
        case passthrough

        init?(_ name: ArraySlice<UInt8>) {
            for scheme in Scheme.allCases where name.spellsIgnoringCase(scheme.rawValue) {
                self = scheme
                return
            }
            return nil
        }
    }

    enum Family: String {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"
    }

    /// The port where a scheme lets it be missing (doc/naming.md).
    package static let defaultPort: UInt16 = 443
    package static let nameServerPort: UInt16 = 53

    let spelling: String

    func parse(_ rest: ArraySlice<UInt8>, scheme: Scheme) throws(TargetError) -> Target {
        switch scheme {
        case .dns: try dns(rest)
        case .passthrough: try passthrough(rest)
        case .ipv4: try addressList(rest, of: .ipv4)
        case .ipv6: try addressList(rest, of: .ipv6)
        case .unix: try unix(rest)
        case .unixAbstract: try unixAbstract(rest)
        case .vsock: try vsock(rest)
        }
    }

    /// `[//[server]/]host[:port]`
    private func dns(_ rest: ArraySlice<UInt8>) throws(TargetError) -> Target {
        guard let reference = rest.dropping(prefix: "//") else {
            return try name(rest, server: nil)
        }
        guard let slash = reference.firstIndex(of: UInt8(ascii: "/")) else {
            throw TargetError(
                spelling.utf8, "names a DNS server and no host",
                hint: "write dns:host:port, or dns://server/host:port")
        }
        let server = reference[..<slash]
        return try name(
            reference[(slash + 1)...], server: server.isEmpty ? nil : nameServer(server))
    }

    private func name(
        _ text: ArraySlice<UInt8>, server: NameServer?
    ) throws(TargetError) -> Target {
        let location = try HostPort.parse(text)
        return try target(
            at: location, port: location.port ?? TargetParser.defaultPort, server: server)
    }

    /// A name server has to be given as an address: there is nobody to ask for its name.
    private func nameServer(_ text: ArraySlice<UInt8>) throws(TargetError) -> NameServer {
        let location = try HostPort.parse(text)
        guard case .address(let address) = location.host else {
            throw TargetError(
                text, as: "the part before the host", "is not the address of a DNS server",
                hint: "a host without a DNS server is written dns:host:port")
        }
        return NameServer(address: address, port: location.port ?? TargetParser.nameServerPort)
    }

    /// `host:port` and `///host:port`: a name for the system to look up, like no scheme at all.
    private func passthrough(_ rest: ArraySlice<UInt8>) throws(TargetError) -> Target {
        var text = rest
        if let reference = rest.dropping(prefix: "//") {
            guard let path = reference.dropping(prefix: "/") else {
                throw TargetError(
                    spelling.utf8, "has an authority, which passthrough does not take",
                    hint: "write passthrough:///host:port")
            }
            text = path
        }
        let location = try HostPort.parse(text)
        return try target(at: location, port: port(of: location))
    }

    /// `address[:port][,address[:port]...]`
    private func addressList(
        _ rest: ArraySlice<UInt8>, of family: Family
    ) throws(TargetError) -> Target {
        var addresses: [EndpointAddress] = []
        var authority: String?
        for text in rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let location = try listed(text)
            let port = location.port ?? TargetParser.defaultPort
            switch (location.host, family) {
            case (.address(.v4(let address)), .ipv4):
                addresses.append(.ipv4(address, port: port))
            case (.address(.v6(let address)), .ipv6):
                addresses.append(.ipv6(address, port: port))
            default:
                throw TargetError(
                    text, as: "a part of the target", "is not an \(family.rawValue) address")
            }
            authority = authority ?? location.authority
        }
        guard addresses.count <= Limits.addresses, let authority else {
            throw TargetError(
                "the target has \(addresses.count) addresses (at most \(Limits.addresses))")
        }
        return Target(spelling: spelling, endpoint: .addresses(addresses), authority: authority)
    }

    /// One address of a list. The naming document wants brackets around an IPv6 address only
    /// where a port follows.
    private func listed(_ text: ArraySlice<UInt8>) throws(TargetError) -> HostPort {
        guard let address = IPv6Address(parsing: text) else { return try HostPort.parse(text) }
        return HostPort(
            host: .address(.v6(address)), port: nil, authority: "[\(address.addressText)]")
    }

    func port(of location: HostPort) throws(TargetError) -> UInt16 {
        guard let port = location.port else {
            throw TargetError(
                spelling.utf8, "has no port",
                hint: "a target is host:port, such as localhost:5000")
        }
        return port
    }

    /// `localhost` is both loopback addresses without asking anybody: name servers and hosts
    /// files that answer late, wrongly or for one family only have failed many a local probe.
    func target(
        at location: HostPort, port: UInt16, server: NameServer? = nil
    ) throws(TargetError) -> Target {
        let endpoint: Endpoint
        switch location.host {
        case .none where location.port == nil:
            throw TargetError(spelling.utf8, "names no host")
        case .none, .localhost:
            endpoint = .addresses([
                .ipv4(.loopback, port: port), .ipv6(.loopback, port: port),
            ])
        case .address(.v4(let address)):
            endpoint = .addresses([.ipv4(address, port: port)])
        case .address(.v6(let address)):
            endpoint = .addresses([.ipv6(address, port: port)])
        case .name(let name):
            endpoint = .name(name, port: port, server: server)
        }
        return Target(spelling: spelling, endpoint: endpoint, authority: location.authority)
    }
}

extension TargetParser {
    /// What a text without a known scheme should have been, when it is a URL or a path, as other
    /// programs take them.
    package static func otherNotation(_ text: ArraySlice<UInt8>) -> TargetError? {
        for beginning in ["/", "./", "../"] where text.starts(with: beginning.utf8) {
            var error = TargetError(
                text, as: "the first word", "is a path, not a target",
                hint: "a unix socket is written unix:\(escaped(text))")
            error.redactedHint = "a unix socket is written unix:path"
            return error
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            text[colon...].dropping(prefix: "://") != nil
        else { return nil }
        let scheme = text[..<colon]
        for (known, isTLS) in [
            ("http", false), ("https", true), ("grpc", false), ("grpcs", true), ("tcp", false),
        ] where scheme.spellsIgnoringCase(known) {
            var error = TargetError(
                text, as: "the first word", "is a URL, not a target",
                hint: isTLS ? "write -addr host:port -tls" : "write -addr host:port")
            error.redactedHint = isTLS ? "write host:port, and give -tls" : "write host:port"
            return error
        }
        return TargetError(
            scheme, as: "the word before ://", "is not a known scheme",
            hint: "known are dns, ipv4, ipv6, unix, unix-abstract, vsock and passthrough")
    }
}

extension TargetError {
    /// `vsock:5000` may well be meant as a host, as container networks name hosts after what
    /// they do.
    fileprivate func considering(
        aHostNamed scheme: TargetParser.Scheme, _ rest: ArraySlice<UInt8>
    ) -> TargetError {
        guard let port = rest.decimal(atMost: 65535) else { return self }
        var error = self
        error.hint = "a host named \(scheme.rawValue) is written dns:\(scheme.rawValue):\(port)"
        error.redactedHint = error.hint
        return error
    }
}
