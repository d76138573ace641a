extension EndpointAddress {
    /// The address without its port, as a failure line lists it: `127.0.0.1`, `::1`,
    /// `/run/x.sock`, `@name`, `vsock 3`.
    ///
    /// A path is given byte for byte: pass it through `escaped` on its way to a terminal.
    package var host: String {
        switch self {
        case .ipv4(let address, port: _): address.description
        case .ipv6(let address, port: _): address.description
        case .unix(let path): path
        case .unixAbstract(let name): "@\(name)"
        case .vsock(let contextID, port: _): "vsock \(contextID)"
        }
    }
}

extension EndpointAddress: CustomStringConvertible {
    /// The whole address in a form that `-addr` would take back: `127.0.0.1:5000`,
    /// `[::1]:5000`, `unix:/path`, `unix-abstract:name`, `vsock:3:5000`.
    ///
    /// A path is given byte for byte: pass it through `escaped` on its way to a terminal.
    package var description: String {
        switch self {
        case .ipv4(let address, let port): "\(address):\(port)"
        case .ipv6(let address, let port): "[\(address)]:\(port)"
        case .unix(let path): "unix:\(path)"
        case .unixAbstract(let name): "unix-abstract:\(name)"
        case .vsock(let contextID, let port): "vsock:\(contextID):\(port)"
        }
    }
}
