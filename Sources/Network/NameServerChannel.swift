import Basics
import CAres
import Outcome

/// Puts questions to one name server, by one transport, through a c-ares channel of its own.
///
/// What c-ares would decide by itself is switched off, so that each question has one reply:
/// nothing is repeated, a truncated answer is handed on, and so is one that says no. Who is asked
/// next is `NameLookup`'s business.
final class NameServerChannel {
    struct Arrival {
        var name: String
        var family: NameLookup.Family
        var reply: NameLookup.Reply
    }

    /// Counted from the first of the servers.
    let server: Int
    let transport: NameLookup.Transport
    private let handle: ChannelHandle
    private let inbox = Inbox()
    private var slots: [(descriptor: Int32, slot: Poller.Slot)] = []

    /// - Parameter address: of the server; nil for those that the system's configuration names.
    init(
        _ server: Int, _ transport: NameLookup.Transport, address: String?
    ) throws(Cause) {
        self.server = server
        self.transport = transport
        handle = try ChannelHandle.make(transport)
        if let address { try use(address) }
    }

    /// From now on this server is asked and no other.
    func use(_ address: String) throws(Cause) {
        let result = unsafe cares_set_servers(handle.pointer, address)
        guard result == CARES_SUCCESS else { throw .nameServer(text(of: result)) }
    }

    func ask(_ name: String, _ family: NameLookup.Family) {
        // c-ares calls back exactly once, if only when the channel is destroyed: the callback
        // owns the record it is given.
        let record = QueryRecord(inbox, name, family, transport)
        let argument = unsafe Unmanaged.passRetained(record).toOpaque()
        unsafe cares_query(
            handle.pointer, name, family.recordType,
            { argument, status, _, answer, size in
                guard let argument = unsafe argument else { return }
                let record = unsafe Unmanaged<QueryRecord>.fromOpaque(argument).takeRetainedValue()
                let count = unsafe answer == nil ? 0 : Int(size)
                unsafe record.finish(status, UnsafeBufferPointer(start: answer, count: count))
            }, argument)
    }

    /// Reads and writes what can be without waiting, and returns the replies that have come.
    func takeReplies(_ poller: Poller) -> [Arrival] {
        for (descriptor, slot) in slots {
            let readable = poller.isReadable(slot) ? descriptor : ARES_SOCKET_BAD
            let writable = poller.isWritable(slot) ? descriptor : ARES_SOCKET_BAD
            guard readable != ARES_SOCKET_BAD || writable != ARES_SOCKET_BAD else { continue }
            unsafe cares_process(handle.pointer, readable, writable)
        }
        slots = []
        let replies = inbox.replies
        inbox.replies = []
        return replies
    }

    /// Whether there are replies that did not have to be waited for.
    var hasReplies: Bool { !inbox.replies.isEmpty }

    func register(in poller: Poller) {
        var sockets = [ares_socket_t](repeating: ARES_SOCKET_BAD, count: Self.maximumSockets)
        let bits = unsafe sockets.withUnsafeMutableBufferPointer {
            unsafe cares_sockets(handle.pointer, $0.baseAddress, Int32($0.count))
        }
        slots = []
        // The lower sixteen bits say which sockets want to read, the upper which want to write
        // (ares_getsock(3), ARES_GETSOCK_READABLE and ARES_GETSOCK_WRITABLE).
        for (index, socket) in sockets.enumerated() {
            let reads = bits >> Int32(index) & 1 != 0
            let writes = bits >> Int32(index + Self.maximumSockets) & 1 != 0
            guard reads || writes else { continue }
            // c-ares closes its sockets, and opens others, without a word.
            let slot = poller.watch(socket, read: reads, write: writes, isNew: true)
            slots.append((socket, slot))
        }
    }

    /// `ARES_GETSOCK_MAXNUM`: two bits for each socket have to fit an `int`.
    private static let maximumSockets = 16
}

/// What the system's configuration says; c-ares has read it when it made the channel.
extension NameServerChannel {
    /// The name servers, as `use` takes them.
    var systemServers: [String] {
        // An address with a zone and a port has less than 80 characters.
        var text = [CChar](repeating: 0, count: 80 * 64)
        let isWhole = unsafe text.withUnsafeMutableBufferPointer {
            guard let start = $0.baseAddress else { return false }
            return unsafe cares_servers(handle.pointer, start, $0.count) != 0
        }
        guard isWhole else { return [] }
        let list = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return list.split(separator: UInt8(ascii: ",")).prefix(Limits.nameServers)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The domains in which a name may be meant, and how many dots make it one that is not.
    var searchPath: (domains: [String], dots: Int) {
        var options = unsafe ares_options()
        var mask: Int32 = 0
        guard unsafe ares_save_options(handle.pointer, &options, &mask) == CARES_SUCCESS else {
            return ([], 1)
        }
        defer { unsafe ares_destroy_options(&options) }
        var domains: [String] = []
        for index in 0..<Int(unsafe options.ndomains) {
            guard let domain = unsafe options.domains?[index] else { break }
            unsafe domains.append(String(cString: domain))
        }
        return (domains, Int(unsafe options.ndots))
    }

    /// The addresses of a name in the hosts file.
    func addressesInHostsFile(of name: String) -> [IPAddress] {
        var hints = ares_addrinfo_hints()
        hints.ai_family = 0
        // The order of the addresses is the connector's business; c-ares would open sockets for it.
        hints.ai_flags = Int32(ARES_AI_NOSORT)
        let record = HostsRecord()
        let argument = unsafe Unmanaged.passRetained(record).toOpaque()
        // The channel looks nowhere else, so that it calls back before it returns.
        unsafe ares_getaddrinfo(
            handle.pointer, name, nil, &hints,
            { argument, _, _, result in
                guard let argument = unsafe argument else { return }
                let record = unsafe Unmanaged<HostsRecord>.fromOpaque(argument).takeRetainedValue()
                unsafe record.finish(result)
                unsafe ares_freeaddrinfo(result)
            }, argument)
        return record.addresses
    }
}

extension NameLookup.Family {
    /// A and AAAA (RFC 1035 section 3.2.2, RFC 3596 section 2.1).
    fileprivate var recordType: Int32 { self == .ipv4 ? 1 : 28 }
    fileprivate var octetCount: Int { self == .ipv4 ? 4 : 16 }

    fileprivate func address(_ octets: ArraySlice<UInt8>) -> IPAddress {
        self == .ipv4
            ? .v4(IPv4Address(octets: Array(octets))) : .v6(IPv6Address(octets: Array(octets)))
    }
}

/// Owns one c-ares channel.
@safe private struct ChannelHandle: ~Copyable {
    let pointer: ares_channel

    private init(owning pointer: ares_channel) {
        unsafe self.pointer = pointer
    }

    static func make(_ transport: NameLookup.Transport) throws(Cause) -> ChannelHandle {
        guard ares_library_init(ARES_LIB_INIT_ALL) == CARES_SUCCESS else {
            throw .nameServer("out of memory")
        }
        var options = unsafe ares_options()
        unsafe options.flags = Int32(ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC)
        if transport == .stream { unsafe options.flags |= Int32(ARES_FLAG_USEVC) }
        unsafe options.tries = 1
        // Nothing is left to its clock: this is longer than any deadline.
        unsafe options.timeout = Int32.max / 4
        var channel: ares_channel?
        let mask = Int32(
            ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_LOOKUPS)
        // f: `ares_getaddrinfo` looks at the hosts file only.
        var lookups = [CChar(bitPattern: UInt8(ascii: "f")), 0]
        let result = unsafe lookups.withUnsafeMutableBufferPointer { lookups in
            unsafe options.lookups = lookups.baseAddress
            return unsafe ares_init_options(&channel, &options, mask)
        }
        guard result == CARES_SUCCESS, let channel = unsafe channel else {
            throw .nameServer(text(of: result))
        }
        return unsafe ChannelHandle(owning: channel)
    }

    deinit {
        unsafe ares_destroy(pointer)
    }
}

/// The replies that have come and were not yet taken.
private final class Inbox {
    var replies: [NameServerChannel.Arrival] = []
}

/// What the callback of one query writes into.
private final class QueryRecord {
    private let inbox: Inbox
    private let name: String
    private let family: NameLookup.Family
    private let transport: NameLookup.Transport

    init(
        _ inbox: Inbox, _ name: String, _ family: NameLookup.Family,
        _ transport: NameLookup.Transport
    ) {
        self.inbox = inbox
        self.name = name
        self.family = family
        self.transport = transport
    }

    func finish(_ status: Int32, _ answer: UnsafeBufferPointer<UInt8>) {
        let reply = unsafe answer.count >= Self.headerSize ? reply(in: answer) : reply(for: status)
        guard let reply else { return }
        inbox.replies.append(
            NameServerChannel.Arrival(name: name, family: family, reply: reply))
    }

    /// The flags and the response code stand in the third and fourth byte of the header
    /// (RFC 1035 section 4.1.1).
    private func reply(in answer: UnsafeBufferPointer<UInt8>) -> NameLookup.Reply {
        let isTruncated = unsafe answer[2] & 0b10 != 0
        let code = unsafe answer[3] & 0b1111
        if isTruncated, transport == .datagrams { return .truncated }
        switch code {
        case 0: break
        case 3: return .noSuchName
        default: return .failure(.answered(code: code))
        }
        let size = family.octetCount
        var octets = [UInt8](repeating: 0, count: size * Limits.addresses)
        let count = unsafe octets.withUnsafeMutableBufferPointer { octets in
            guard let output = octets.baseAddress else { return Int32(-1) }
            return unsafe cares_addresses(
                answer.baseAddress, Int32(answer.count), Int32(size), output,
                Int32(Limits.addresses))
        }
        guard count >= 0 else { return .failure(.unreadable) }
        return .addresses(
            (0..<Int(count)).map { family.address(octets[($0 * size)..<(($0 + 1) * size)]) })
    }

    /// The reply where no server's answer is there; nil where one may still come.
    private func reply(for status: Int32) -> NameLookup.Reply? {
        switch status {
        case CARES_ENOTFOUND: .noSuchName
        case CARES_ENODATA: .addresses([])
        case CARES_ECONNREFUSED: .failure(.unreachable)
        case CARES_EDESTRUCTION: nil
        // Anybody can send a datagram that is no answer; newer versions stop listening then.
        case CARES_EBADRESP, CARES_ETIMEOUT: transport == .stream ? .failure(.unreadable) : nil
        default: .failure(.other(text(of: status)))
        }
    }

    private static let headerSize = 12
}

/// What the callback of a look into the hosts file writes into.
private final class HostsRecord {
    private(set) var addresses: [IPAddress] = []

    func finish(_ result: UnsafeMutablePointer<ares_addrinfo>?) {
        var node = unsafe result?.pointee.nodes
        while let current = unsafe node, addresses.count < Limits.addresses {
            if let address = unsafe address(current.pointee) { addresses.append(address) }
            unsafe node = current.pointee.ai_next
        }
    }

    private func address(_ node: ares_addrinfo_node) -> IPAddress? {
        guard let address = unsafe node.ai_addr else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(node.ai_addrlen))
        // Where the octets stand in sockaddr_in and sockaddr_in6 (4 and 8) is the same on every
        // Linux.
        switch unsafe node.ai_family {
        case AF_INET where bytes.count >= 8:
            return .v4(IPv4Address(octets: unsafe Array(bytes[4..<8])))
        case AF_INET6 where bytes.count >= 24:
            return .v6(IPv6Address(octets: unsafe Array(bytes[8..<24])))
        default:
            return nil
        }
    }
}

private func text(of status: Int32) -> String {
    guard let text = unsafe ares_strerror(status) else { return "c-ares error \(status)" }
    return unsafe String(cString: text)
}
