import Basics
import CPlatform
import Outcome

/// An address as the socket calls take it.
struct SocketAddress {
    let family: Int32
    private let storage: sockaddr_storage
    private let length: socklen_t

    init(_ address: EndpointAddress) throws(SystemErrorNumber) {
        switch address {
        case .ipv4(let ip, let port):
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &value.sin_addr) {
                unsafe $0.copyBytes(from: ip.octets)
            }
            self.init(family: AF_INET, value)
        case .ipv6(let ip, let port):
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &value.sin6_addr) {
                unsafe $0.copyBytes(from: ip.octets)
            }
            value.sin6_scope_id = try Self.scope(of: ip)
            self.init(family: AF_INET6, value)
        case .unix(let path):
            try self.init(unixName: Array(path.utf8) + [0], length: path.utf8.count + 1)
        case .unixAbstract(let name):
            // The leading NUL makes it abstract; the length says where it ends.
            try self.init(unixName: [0] + Array(name.utf8), length: name.utf8.count + 1)
        case .vsock(let contextID, let port):
            var value = cplatform_sockaddr_vm()
            value.svm_family = sa_family_t(CPLATFORM_AF_VSOCK)
            value.svm_cid = contextID
            value.svm_port = port
            self.init(family: CPLATFORM_AF_VSOCK, value)
        }
    }

    /// - Precondition: the value is one of the `sockaddr` family, which `sockaddr_storage` can
    ///   hold by definition.
    private init<Value>(
        family: Int32, _ value: Value, length: Int = MemoryLayout<Value>.size
    ) {
        self.family = family
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe withUnsafeBytes(of: value) { unsafe storage.copyMemory(from: $0) }
        }
        self.storage = storage
        self.length = socklen_t(length)
    }

    private init(unixName: [UInt8], length: Int) throws(SystemErrorNumber) {
        var value = sockaddr_un()
        value.sun_family = sa_family_t(AF_UNIX)
        let isTooLong = unsafe withUnsafeMutableBytes(of: &value.sun_path) { path in
            guard unixName.count <= path.count else { return true }
            unsafe path.copyBytes(from: unixName)
            return false
        }
        if isTooLong { throw .invalidArgument }
        // The path stands behind the family and nothing else (unix(7)).
        self.init(family: AF_UNIX, value, length: MemoryLayout<sa_family_t>.size + length)
    }

    private static func scope(of ip: IPv6Address) throws(SystemErrorNumber) -> UInt32 {
        guard let zone = ip.zone else { return 0 }
        if let number = UInt32(zone) { return number }
        let index = unsafe if_nametoindex(zone)
        if index == 0 { throw .current }
        return index
    }

    func withPointer<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
