import Foundation

/// A loopback address, as the kernel reads it.
struct RawAddress {
    let family: Int32
    private let bytes: [UInt8]
    /// 0 where there are no ports.
    let port: UInt16
    /// What `-addr` calls it.
    let target: String

    static func ipv4(port: UInt16) -> RawAddress {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return RawAddress(
            family: AF_INET, bytes: withUnsafeBytes(of: address, Array.init), port: port,
            target: "127.0.0.1:\(port)")
    }

    static func ipv6(port: UInt16) -> RawAddress {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        address.sin6_port = port.bigEndian
        return RawAddress(
            family: AF_INET6, bytes: withUnsafeBytes(of: address, Array.init), port: port,
            target: "[::1]:\(port)")
    }

    /// - Parameter path: Begins with NUL in the abstract namespace.
    static func unix(_ path: [UInt8]) throws -> RawAddress {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < room else { throw SocketError("address", code: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // An abstract name ends where the address ends; a path may end there too.
        let length = MemoryLayout<sockaddr_un>.size - room + path.count
        let name = String(decoding: path.drop { $0 == 0 }, as: UTF8.self)
        return RawAddress(
            family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0.prefix(length)) },
            port: 0, target: (path.first == 0 ? "unix-abstract:" : "unix:") + name)
    }

    private init(family: Int32, bytes: [UInt8], port: UInt16, target: String) {
        self.family = family
        self.bytes = bytes
        self.port = port
        self.target = target
    }

    /// The address that `target` names, the other way round.
    init(_ target: String) throws {
        let port = target.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
        if target.hasPrefix("unix-abstract:") {
            self = try .unix([0] + Array(target.dropFirst("unix-abstract:".count).utf8))
        } else if target.hasPrefix("unix:") {
            self = try .unix(Array(target.dropFirst("unix:".count).utf8))
        } else {
            self = target.hasPrefix("[") ? .ipv6(port: port) : .ipv4(port: port)
        }
    }

    func use(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                guard let base = address.baseAddress else { return -1 }
                return body(base, socklen_t(bytes.count))
            }
        }
    }
}

/// The port that the kernel chose for a socket.
func boundPort(_ descriptor: Int32) throws -> UInt16 {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let result = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            getsockname(descriptor, $0, &length)
        }
    }
    guard result == 0 else { throw SocketError("getsockname") }
    // The port stands at the same place in both kinds of address.
    return UInt16(bigEndian: address.sin6_port)
}

/// A socket that is connected to `target`, or on its way there if `waits` is false.
package func connectedSocket(to target: String, waits: Bool = true) throws -> Int32 {
    let address = try RawAddress(target)
    let descriptor = try openSocket(address.family)
    if waits {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }
    let result = address.use { connect(descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else {
        let error = SocketError("connect")
        close(descriptor)
        throw error
    }
    return descriptor
}
