import Foundation

/// A system call that failed.
package struct SocketError: Error, CustomStringConvertible {
    package var call: String
    package var code: Int32

    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Where a test server listens.
package enum Loopback: Equatable, Sendable {
    case ipv4
    case ipv6
    /// A socket in a new temporary directory.
    case unix
    /// Linux's abstract namespace.
    case unixAbstract
    /// UDP over IPv4.
    case datagram
}

/// A socket bound to this machine's loopback, closed when it is released.
package final class BoundSocket: Sendable {
    package let descriptor: Int32
    /// What `-addr` calls this socket.
    package let address: String
    package let port: UInt16
    private let directory: String?

    package init(_ place: Loopback) throws {
        let family: Int32
        switch place {
        case .ipv4, .datagram: family = AF_INET
        case .ipv6: family = AF_INET6
        case .unix, .unixAbstract: family = AF_UNIX
        }
        descriptor = try openSocket(family, datagram: place == .datagram)
        switch place {
        case .ipv4, .ipv6, .datagram:
            directory = nil
            try bindToLoopback(descriptor, family: family)
            port = try boundPort(descriptor)
            address = place == .ipv6 ? "[::1]:\(port)" : "127.0.0.1:\(port)"
        case .unix:
            let created = try temporaryDirectory()
            directory = created
            port = 0
            address = "unix:\(created)/peer"
            try bindToPath(descriptor, Array("\(created)/peer".utf8))
        case .unixAbstract:
            directory = nil
            port = 0
            let name = "health-probe-\(UUID().uuidString)"
            address = "unix-abstract:\(name)"
            try bindToPath(descriptor, [0] + Array(name.utf8))
        }
    }

    deinit {
        close(descriptor)
        if let directory { try? FileManager.default.removeItem(atPath: directory) }
    }

    package func listen(backlog: Int32) throws {
        #if canImport(Glibc)
            let result = Glibc.listen(descriptor, backlog)
        #else
            let result = Darwin.listen(descriptor, backlog)
        #endif
        guard result == 0 else { throw SocketError("listen") }
    }
}

/// A new directory below the system's own for temporary files.
package func temporaryDirectory() throws -> String {
    var template = Array((NSTemporaryDirectory() + "/health-probe-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw SocketError("mkdtemp") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A non-blocking socket that no child process inherits.
func openSocket(_ family: Int32, datagram: Bool = false) throws -> Int32 {
    #if canImport(Glibc)
        let kind = datagram ? SOCK_DGRAM : SOCK_STREAM
        let type = Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #else
        let type = datagram ? SOCK_DGRAM : SOCK_STREAM
    #endif
    let descriptor = socket(family, type, 0)
    guard descriptor >= 0 else { throw SocketError("socket") }
    prepare(descriptor)
    return descriptor
}

/// Non-blocking, not inherited, and a write to a client that has left is an error, not a signal.
func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    #if canImport(Darwin)
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, size)
    #endif
}

private func bindToLoopback(_ descriptor: Int32, family: Int32) throws {
    let result: Int32
    if family == AF_INET {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        result = withSockaddr(&address) { bind(descriptor, $0, $1) }
    } else {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        result = withSockaddr(&address) { bind(descriptor, $0, $1) }
    }
    guard result == 0 else { throw SocketError("bind") }
}

private func bindToPath(_ descriptor: Int32, _ path: [UInt8]) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.count < room else { throw SocketError("bind", code: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    // An abstract name ends where the address ends; a path's terminator may be counted.
    let length = MemoryLayout<sockaddr_un>.size - room + path.count
    let result = withSockaddr(&address) { pointer, _ in
        bind(descriptor, pointer, socklen_t(length))
    }
    guard result == 0 else { throw SocketError("bind") }
}

private func boundPort(_ descriptor: Int32) throws -> UInt16 {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let result = withSockaddr(&address) { pointer, _ in
        getsockname(descriptor, pointer, &length)
    }
    guard result == 0 else { throw SocketError("getsockname") }
    // The port stands at the same place in both kinds of address.
    return UInt16(bigEndian: address.sin6_port)
}

private func withSockaddr<Address>(
    _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<Address>.size))
        }
    }
}
