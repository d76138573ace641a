package import Basics

/// Where the SPIFFE Workload API is, by the variable that says so
/// (SPIFFE_Workload_Endpoint.md section 4).
package enum WorkloadEndpoint: Equatable, Sendable {
    case at(Target)
    case notSet
    /// The variable's value, and why it is no endpoint.
    case malformed(String, reason: String)

    package static let variable = "SPIFFE_ENDPOINT_SOCKET"

    /// - Parameter value: of the variable; an empty one is an unset one.
    package init(_ value: String?) {
        guard let value, !value.utf8.isEmpty else {
            self = .notSet
            return
        }
        do throws(TargetError) {
            self = .at(try WorkloadEndpoint.target(value))
        } catch {
            self = .malformed(value, reason: error.message)
        }
    }

    private static func target(_ value: String) throws(TargetError) -> Target {
        let text = Array(value.utf8)[...]
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { throw noScheme }
        let scheme = text[..<colon]
        let rest = text[(colon + 1)...]
        for byte in [UInt8(ascii: "?"), UInt8(ascii: "#")] where rest.contains(byte) {
            throw TargetError("it has a query or a fragment")
        }
        if scheme.spellsIgnoringCase("unix") { return try unix(rest, spelling: value) }
        if scheme.spellsIgnoringCase("tcp") { return try tcp(rest, spelling: value) }
        throw noScheme
    }

    private static let noScheme = TargetError(
        "it is neither unix:///path nor tcp://address:port")

    /// `unix:///path` or `unix:/path`: an absolute path in the notation of URIs.
    private static func unix(
        _ rest: ArraySlice<UInt8>, spelling: String
    ) throws(TargetError) -> Target {
        let path = percentDecoded(Array(rest.dropping(prefix: "//") ?? rest))
        guard path.first == UInt8(ascii: "/") else {
            throw TargetError("its path is not absolute (unix:///path has three slashes)")
        }
        guard !path.contains(0) else { throw TargetError("its path contains a NUL byte") }
        guard path.count <= Limits.unixPathSize else {
            throw TargetError(
                "its path is \(path.count) bytes long (at most \(Limits.unixPathSize))")
        }
        return Target(
            spelling: spelling, endpoint: .addresses([.unix(path: String(bytes: path))]),
            authority: "localhost")
    }

    /// `tcp://address:port` and nothing else: no name, no path.
    private static func tcp(
        _ rest: ArraySlice<UInt8>, spelling: String
    ) throws(TargetError) -> Target {
        guard let authority = rest.dropping(prefix: "//") else { throw noScheme }
        guard !authority.contains(UInt8(ascii: "/")) else {
            throw TargetError("it has a path after the port")
        }
        let location = try HostPort.parse(authority)
        guard case .address(let host) = location.host else {
            throw TargetError("\(quoted(authority)) has a name where an IP address should be")
        }
        guard let port = location.port else { throw TargetError("it has no port") }
        let address: EndpointAddress =
            switch host {
            case .v4(let host): .ipv4(host, port: port)
            case .v6(let host): .ipv6(host, port: port)
            }
        return Target(
            spelling: spelling, endpoint: .addresses([address]), authority: location.authority)
    }
}
