package import Basics
import CPlatform
package import Outcome

/// A socket that takes connections.
package final class Listener {
    /// Where it listens, with the port that the system chose where 0 was asked for.
    package let address: EndpointAddress
    private let socket: Descriptor

    private init(owning socket: consuming Descriptor, at address: EndpointAddress) {
        self.address = address
        self.socket = socket
    }

    /// Starts to listen. A unix socket that a process left behind is replaced; one that is in use
    /// is not, nor is a file of another kind.
    package static func open(at address: EndpointAddress) throws(SystemErrorNumber) -> Listener {
        let socketAddress = try SocketAddress(address)
        let socket = try Descriptor.makeStreamSocket(family: socketAddress.family)
        var on: Int32 = 1
        // Without it a fixed port is unusable for a minute after its last connection.
        _ = unsafe setsockopt(
            socket.number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if case .unix(let path) = address, try isAbandoned(path, socketAddress) {
            _ = unsafe unlink(path)
        }
        guard unsafe socketAddress.withPointer({ unsafe bind(socket.number, $0, $1) }) == 0
        else { throw .current }
        let port = try boundPort(of: socket.number)
        let listener = Listener(owning: socket, at: address.withPort(port))
        guard listen(listener.socket.number, SOMAXCONN) == 0 else { throw .current }
        return listener
    }

    deinit {
        // The name of a unix socket outlives the socket.
        if case .unix(let path) = address { _ = unsafe unlink(path) }
    }

    /// The next connection that waits; nil when there is none, or no room for one.
    package func accept() -> ByteStream? {
        while true {
            let number = cplatform_accept(socket.number)
            if number >= 0 { return ByteStream(Descriptor(owning: number), isTCP: address.isTCP) }
            switch SystemErrorNumber.current {
            // One that went away while it waited says nothing about the next one.
            case .interrupted, .connectionAborted: continue
            default: return nil
            }
        }
    }

    package func watch(in queue: EventQueue, as token: UInt64) throws(SystemErrorNumber) {
        try queue.watch(socket.number, as: token, read: true)
    }

    /// Whether `path` is a socket that nobody listens at any more.
    private static func isAbandoned(
        _ path: String, _ address: SocketAddress
    ) throws(SystemErrorNumber) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0,
            status.st_mode & mode_t(S_IFMT) == mode_t(S_IFSOCK)
        else { return false }
        let client = try Descriptor.makeStreamSocket(family: address.family)
        let result = unsafe address.withPointer { unsafe connect(client.number, $0, $1) }
        return result != 0 && SystemErrorNumber.current == .connectionRefused
    }

    /// The port of an IPv4 or IPv6 socket; 0 for all others.
    private static func boundPort(of socket: Int32) throws(SystemErrorNumber) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &size)
            }
        }
        guard result == 0 else { throw .current }
        guard [AF_INET, AF_INET6].contains(Int32(storage.ss_family)) else { return 0 }
        // The port stands at the same place in sockaddr_in and sockaddr_in6, in network order.
        return unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        }
    }
}

extension EndpointAddress {
    fileprivate func withPort(_ port: UInt16) -> EndpointAddress {
        switch self {
        case .ipv4(let address, port: _): .ipv4(address, port: port)
        case .ipv6(let address, port: _): .ipv6(address, port: port)
        case .unix, .unixAbstract, .vsock: self
        }
    }
}
