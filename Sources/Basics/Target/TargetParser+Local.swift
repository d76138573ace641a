// Targets that stay on this machine or between it and its hypervisor. They have no host name, so
// `:authority` says `localhost`, as the gRPC libraries do.

extension TargetParser {
    /// `unix:path`, `unix:///absolute`
    func unix(_ rest: ArraySlice<UInt8>) throws(TargetError) -> Target {
        let path = try localPath(rest, scheme: "unix")
        // The notation of Go's net package for the abstract namespace.
        if let name = path.dropping(prefix: "@") {
            return try abstract(name)
        }
        guard path.count <= Limits.unixPathSize else {
            throw TargetError(
                "the socket path is \(path.count) bytes long (at most \(Limits.unixPathSize))")
        }
        return local(.unix(path: String(bytes: path)))
    }

    /// `unix-abstract:name`, `unix-abstract:///name` (where the name starts with the slash)
    func unixAbstract(_ rest: ArraySlice<UInt8>) throws(TargetError) -> Target {
        try abstract(localPath(rest, scheme: "unix-abstract"))
    }

    private func abstract(_ name: ArraySlice<UInt8>) throws(TargetError) -> Target {
        guard !name.isEmpty else {
            throw TargetError(spelling.utf8, "names no socket")
        }
        guard name.count <= Limits.unixPathSize else {
            throw TargetError(
                "the socket name is \(name.count) bytes long (at most \(Limits.unixPathSize))")
        }
        return local(.unixAbstract(name: String(bytes: name)))
    }

    /// The path behind a scheme, where `//` would start an authority that must be empty.
    private func localPath(
        _ rest: ArraySlice<UInt8>, scheme: String
    ) throws(TargetError) -> ArraySlice<UInt8> {
        let path = rest.dropping(prefix: "//") ?? rest
        guard !path.isEmpty else {
            throw TargetError(spelling.utf8, "names no socket")
        }
        guard path.count == rest.count || path.first == UInt8(ascii: "/") else {
            throw TargetError(
                spelling.utf8, "names a host; a socket is always on this machine",
                hint: "write \(scheme):name, or \(scheme):///name with three slashes")
        }
        return path
    }

    /// `cid:port`, both numbers of 32 bits (vsock(7))
    func vsock(_ rest: ArraySlice<UInt8>) throws(TargetError) -> Target {
        let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let contextID = parts[0].decimal(atMost: .max),
            let port = parts[1].decimal(atMost: .max)
        else {
            throw TargetError(
                spelling.utf8, "does not name a vsock",
                hint: "write vsock:cid:port, two numbers from 0 to 4294967295")
        }
        return local(.vsock(contextID: contextID, port: port))
    }

    private func local(_ address: EndpointAddress) -> Target {
        Target(spelling: spelling, endpoint: .addresses([address]), authority: "localhost")
    }
}
