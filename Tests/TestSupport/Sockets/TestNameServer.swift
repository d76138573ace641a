import Basics
import Foundation

/// A name server on loopback, UDP and TCP on one port, for one test: a thread answers what
/// `answer` says.
package final class TestNameServer: Sendable {
    package enum Answer: Sendable {
        case addresses([IPAddress])
        /// The name exists, and has no address of the kind that was asked for.
        case nothing
        /// A response code of RFC 1035 section 4.1.1: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
        case failure(UInt8)
        case silence
        /// The answer does not fit.
        case truncated
        /// The connection is closed; over UDP nothing is said.
        case hangup
        /// Bytes that are no answer, and then the true one.
        case garbage(thenAddresses: [IPAddress])
    }

    package struct Question: Equatable, Sendable {
        package var name: String
        /// 1 is A, 28 is AAAA.
        package var type: UInt16
        package var isOverTCP: Bool
        /// How often it was asked before, over the same transport.
        package var repetition: Int
    }

    private let socket: BoundSocket
    private let listener: Int32
    private let stopping: Int32
    private let log: Log

    package var server: NameServer { NameServer(address: .v4(.loopback), port: socket.port) }
    package var questions: [Question] { log.questions }

    package init(_ answer: @escaping @Sendable (Question) -> Answer) throws {
        (socket, listener) = try Self.makePair()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SocketError("pipe") }
        stopping = ends[1]
        let stop = ends[0]
        log = Log()
        let thread = Thread { [socket, listener, log] in
            var streams: [Int32] = []
            while let ready = Self.wait(for: [stop, socket.descriptor, listener] + streams) {
                if ready.contains(stop) { break }
                if ready.contains(socket.descriptor) {
                    Self.serve(socket.descriptor, log, answer)
                }
                for stream in streams where ready.contains(stream) {
                    guard !Self.serve(stream: stream, log, answer) else { continue }
                    close(stream)
                    streams.removeAll { $0 == stream }
                }
                if ready.contains(listener) { streams.append(accept(listener, nil, nil)) }
            }
            for descriptor in streams + [stop, listener] { close(descriptor) }
        }
        thread.start()
    }

    deinit {
        close(stopping)
    }

    /// A socket for datagrams, and a listening one with the same port.
    private static func makePair() throws -> (BoundSocket, Int32) {
        for _ in 0..<20 {
            let socket = try BoundSocket(.datagram)
            let listener = try openSocket(AF_INET)
            let isBound = RawAddress.ipv4(port: socket.port).use { bind(listener, $0, $1) } == 0
            if isBound, listen(listener, 16) == 0 { return (socket, listener) }
            close(listener)
        }
        throw SocketError("bind")
    }

    /// The descriptors that have something to read.
    private static func wait(for descriptors: [Int32]) -> Set<Int32>? {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&entries, nfds_t(entries.count), -1) > 0 else { return nil }
        return Set(entries.filter { $0.revents != 0 }.map(\.fd))
    }

    /// One question over TCP, where its length stands before each message
    /// (RFC 1035 section 4.2.2).
    ///
    /// - Returns: whether the connection stays.
    private static func serve(
        stream: Int32, _ log: Log, _ answer: (Question) -> Answer
    ) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1_500)
        // Loopback delivers a small write whole.
        let count = recv(stream, &buffer, buffer.count, 0)
        var rest = buffer[..<max(0, count)]
        while rest.count > 2 {
            let size = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            let packet = Array(rest.dropFirst(2).prefix(size))
            rest = rest.dropFirst(2 + size)
            guard let query = Query(packet) else { return false }
            let reply = answer(log.note(query, isOverTCP: true))
            if case .hangup = reply { return false }
            for message in query.replies(reply) {
                let bytes = UInt16(message.count).bigEndianBytes + message
                guard send(stream, bytes, bytes.count, 0) == bytes.count else { return false }
            }
        }
        return count > 0
    }

    private static func serve(_ descriptor: Int32, _ log: Log, _ answer: (Question) -> Answer) {
        var buffer = [UInt8](repeating: 0, count: 1_500)
        var client = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = withUnsafeMutablePointer(to: &client) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
            }
        }
        guard count > 12, let query = Query(Array(buffer[..<count])) else { return }
        let question = log.note(query, isOverTCP: false)
        for reply in query.replies(answer(question)) {
            _ = withUnsafePointer(to: client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, reply, reply.count, 0, $0, size)
                }
            }
        }
    }

    /// What was asked; guarded by its lock.
    private final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var asked: [Question] = []

        var questions: [Question] { lock.withLock { asked } }

        func note(_ query: Query, isOverTCP: Bool) -> Question {
            lock.withLock {
                let before = asked.filter {
                    $0.name == query.name && $0.type == query.type && $0.isOverTCP == isOverTCP
                }
                let question = Question(
                    name: query.name, type: query.type, isOverTCP: isOverTCP,
                    repetition: before.count)
                asked.append(question)
                return question
            }
        }
    }
}

/// A question as it stands in a packet (RFC 1035 section 4.1), without the parts that only
/// matter to caches.
private struct Query {
    private let identifier: [UInt8]
    /// Name, type and class, to be repeated in the answer.
    private let question: [UInt8]
    let name: String
    let type: UInt16

    init?(_ packet: [UInt8]) {
        identifier = Array(packet[..<2])
        var labels: [String] = []
        var index = 12
        while index < packet.count, packet[index] > 0 {
            let end = index + 1 + Int(packet[index])
            guard end < packet.count else { return nil }
            labels.append(String(decoding: packet[(index + 1)..<end], as: UTF8.self))
            index = end
        }
        guard index + 5 <= packet.count else { return nil }
        name = labels.joined(separator: ".")
        type = UInt16(bigEndianBytes: packet[(index + 1)...(index + 2)])
        question = Array(packet[12..<(index + 5)])
    }

    func replies(_ answer: TestNameServer.Answer) -> [[UInt8]] {
        switch answer {
        case .addresses(let addresses): [reply(code: 0, addresses)]
        case .nothing: [reply(code: 0, [])]
        case .failure(let code): [reply(code: code, [])]
        case .silence, .hangup: []
        case .truncated: [reply(code: 0, [], isTruncated: true)]
        case .garbage(let addresses):
            [[0], [UInt8](repeating: 0xFF, count: 40), reply(code: 0, addresses)]
        }
    }

    private func reply(
        code: UInt8, _ addresses: [IPAddress], isTruncated: Bool = false
    ) -> [UInt8] {
        let records = addresses.compactMap(record)
        // A response, recursion desired and available; one question.
        return identifier + [isTruncated ? 0x83 : 0x81, 0x80 | code, 0, 1]
            + UInt16(records.count).bigEndianBytes
            + [0, 0, 0, 0] + question + records.flatMap(\.self)
    }

    /// An address of the type that was asked for, as a resource record that lives a minute.
    private func record(_ address: IPAddress) -> [UInt8]? {
        let octets: [UInt8]
        switch (address, type) {
        case (.v4(let address), 1): octets = address.octets
        case (.v6(let address), 28): octets = address.octets
        default: return nil
        }
        // The name is the question's, at offset 12.
        return [0xC0, 12] + type.bigEndianBytes + [0, 1, 0, 0, 0, 60]
            + UInt16(octets.count).bigEndianBytes + octets
    }
}
