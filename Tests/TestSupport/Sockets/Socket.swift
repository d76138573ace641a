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

    /// A Unix socket at this path, in place of an earlier one.
    package init(path: String) throws {
        unlink(path)
        directory = nil
        port = 0
        let address = try RawAddress.unix(Array(path.utf8))
        self.address = address.target
        let descriptor = try openSocket(address.family)
        self.descriptor = descriptor
        guard address.use({ bind(descriptor, $0, $1) }) == 0 else { throw SocketError("bind") }
    }

    package init(_ place: Loopback) throws {
        directory = place == .unix ? try temporaryDirectory() : nil
        let wanted: RawAddress
        switch place {
        case .ipv4, .datagram: wanted = .ipv4(port: 0)
        case .ipv6: wanted = .ipv6(port: 0)
        case .unix: wanted = try .unix(Array("\(directory ?? "")/peer".utf8))
        case .unixAbstract:
            wanted = try .unix([0] + Array("health-probe-\(UUID().uuidString)".utf8))
        }
        let descriptor = try openSocket(wanted.family, datagram: place == .datagram)
        self.descriptor = descriptor
        guard wanted.use({ bind(descriptor, $0, $1) }) == 0 else { throw SocketError("bind") }
        if wanted.family == AF_UNIX {
            port = 0
            address = wanted.target
        } else {
            port = try boundPort(descriptor)
            let bound = wanted.family == AF_INET ? RawAddress.ipv4(port: port) : .ipv6(port: port)
            address = bound.target
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

    /// The next client that waits, if there is one; non-blocking, as this socket is.
    package func accept() -> Int32? {
        #if canImport(Glibc)
        let client = Glibc.accept(descriptor, nil, nil)
        #else
        let client = Darwin.accept(descriptor, nil, nil)
        #endif
        guard client >= 0 else { return nil }
        prepare(client)
        return client
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
