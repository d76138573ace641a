import CAres
package import ProbeCore

/// Looks up one name with c-ares, inside the poll loop: no thread, no NSS plug-ins, and nothing
/// that outlives our deadline. c-ares reads /etc/resolv.conf and /etc/hosts itself.
package final class Resolver {
    package enum Progress {
        case wait
        case found([EndpointAddress])
        case failed(Cause)
    }

    private let record: LookupRecord
    private let channel: ResolverChannel
    private var slots: [(descriptor: Int32, slot: Poller.Slot)] = []

    private init(owning channel: consuming ResolverChannel, _ record: LookupRecord) {
        self.channel = channel
        self.record = record
    }

    /// Starts to look up the addresses of `name`.
    ///
    /// - Parameter server: asked instead of the system's name servers.
    package static func start(
        _ name: String, port: UInt16, server: NameServer?
    ) throws(Cause) -> Resolver {
        let record = LookupRecord(port: port)
        let channel = try ResolverChannel.make(server: server)
        let resolver = Resolver(owning: channel, record)
        resolver.ask(name)
        return resolver
    }

    private func ask(_ name: String) {
        var hints = ares_addrinfo_hints()
        hints.ai_family = 0
        // The order of the addresses is the connector's business; c-ares would open sockets for it.
        hints.ai_flags = Int32(ARES_AI_NOSORT)
        // c-ares calls back exactly once, if only when the channel is destroyed: the callback
        // owns the record it is given.
        let argument = unsafe Unmanaged.passRetained(record).toOpaque()
        unsafe ares_getaddrinfo(
            channel.pointer, name, nil, &hints,
            { argument, status, _, result in
                guard let argument = unsafe argument else { return }
                let record = unsafe Unmanaged<LookupRecord>.fromOpaque(argument)
                    .takeRetainedValue()
                unsafe record.finish(status, result)
                unsafe ares_freeaddrinfo(result)
            }, argument)
    }

    /// Goes as far as it can without waiting.
    package func advance(_ poller: Poller) -> Progress {
        if record.progress == nil {
            // Without sockets too: this is also what notices that a server's time is up.
            unsafe cares_process(channel.pointer, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
        }
        for (descriptor, slot) in slots where record.progress == nil {
            let readable = poller.isReadable(slot) ? descriptor : ARES_SOCKET_BAD
            let writable = poller.isWritable(slot) ? descriptor : ARES_SOCKET_BAD
            unsafe cares_process(channel.pointer, readable, writable)
        }
        slots = []
        return record.progress ?? .wait
    }

    /// Waits in `poller` for the name servers; returns how long c-ares wants to wait at most.
    package func register(in poller: Poller) -> Duration? {
        var sockets = [ares_socket_t](repeating: ARES_SOCKET_BAD, count: Self.maximumSockets)
        let bits = unsafe sockets.withUnsafeMutableBufferPointer {
            unsafe cares_sockets(channel.pointer, $0.baseAddress, Int32($0.count))
        }
        // The lower sixteen bits say which sockets want to read, the upper which want to write
        // (ares_getsock(3), ARES_GETSOCK_READABLE and ARES_GETSOCK_WRITABLE).
        for (index, socket) in sockets.enumerated() {
            let reads = bits >> Int32(index) & 1 != 0
            let writes = bits >> Int32(index + Self.maximumSockets) & 1 != 0
            guard reads || writes else { continue }
            slots.append((socket, poller.watch(socket, read: reads, write: writes)))
        }
        let wait = unsafe cares_wait_microseconds(channel.pointer)
        return wait < 0 ? nil : .microseconds(wait)
    }

    /// `ARES_GETSOCK_MAXNUM`: two bits for each socket have to fit an `int`.
    private static let maximumSockets = 16
}

/// Owns one c-ares channel.
@safe private struct ResolverChannel: ~Copyable {
    let pointer: ares_channel

    private init(owning pointer: ares_channel) {
        unsafe self.pointer = pointer
    }

    static func make(server: NameServer?) throws(Cause) -> ResolverChannel {
        guard ares_library_init(ARES_LIB_INIT_ALL) == CARES_SUCCESS else {
            throw .nameServer("out of memory")
        }
        var options = unsafe ares_options()
        unsafe options.timeout = Int32(Limits.nameServerTimeout.wholeNanoseconds / 1_000_000)
        unsafe options.tries = Limits.nameServerTries
        var channel: ares_channel?
        let result = unsafe ares_init_options(
            &channel, &options, Int32(ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES))
        guard result == CARES_SUCCESS, let channel = unsafe channel else {
            throw .nameServer(text(of: result))
        }
        let owner = unsafe ResolverChannel(owning: channel)
        if let server {
            let result = unsafe cares_set_servers(channel, server.description)
            guard result == CARES_SUCCESS else { throw .nameServer(text(of: result)) }
        }
        return owner
    }

    deinit {
        unsafe ares_destroy(pointer)
    }
}

/// What the lookup's callback writes down.
private final class LookupRecord {
    private let port: UInt16
    private(set) var progress: Resolver.Progress?

    init(port: UInt16) {
        self.port = port
    }

    func finish(_ status: Int32, _ result: UnsafeMutablePointer<ares_addrinfo>?) {
        guard status == CARES_SUCCESS else {
            progress = .failed(Self.cause(of: status))
            return
        }
        var addresses: [EndpointAddress] = []
        var node = unsafe result?.pointee.nodes
        while let current = unsafe node, addresses.count < Limits.addresses {
            if let address = unsafe endpointAddress(current.pointee) { addresses.append(address) }
            unsafe node = current.pointee.ai_next
        }
        // IPv6 first, as RFC 6724 would usually sort them; the connector takes turns anyway.
        addresses.sort { left, right in left.isIPv6 && !right.isIPv6 }
        progress = addresses.isEmpty ? .failed(.nameWithoutAddress) : .found(addresses)
    }

    private func endpointAddress(_ node: ares_addrinfo_node) -> EndpointAddress? {
        guard let address = unsafe node.ai_addr else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(node.ai_addrlen))
        // Where the octets stand in sockaddr_in and sockaddr_in6 (4 and 8) is the same on every
        // Linux.
        switch unsafe node.ai_family {
        case AF_INET where bytes.count >= 8:
            return .ipv4(IPv4Address(octets: unsafe Array(bytes[4..<8])), port: port)
        case AF_INET6 where bytes.count >= 24:
            return .ipv6(IPv6Address(octets: unsafe Array(bytes[8..<24])), port: port)
        default:
            return nil
        }
    }

    private static func cause(of status: Int32) -> Cause {
        switch status {
        case CARES_ENOTFOUND: .nameNotFound
        case CARES_ENODATA: .nameWithoutAddress
        case CARES_ETIMEOUT: .nameServer("the name servers did not answer in time")
        case CARES_ECONNREFUSED: .nameServer("no name server gave an answer")
        case CARES_ESERVFAIL: .nameServer("the name servers failed")
        case CARES_EREFUSED: .nameServer("the name servers refused to answer")
        default: .nameServer(text(of: status))
        }
    }
}

private func text(of status: Int32) -> String {
    guard let text = unsafe ares_strerror(status) else { return "c-ares error \(status)" }
    return unsafe String(cString: text)
}
