import Foundation
import GRPC
import HTTP2
import TestSupport

/// How a server treats one connection.
enum Manner: Sendable {
    /// Answers with these statuses, and NOT_FOUND for every other service.
    case serves([String: Int32])
    /// Serves the first request alone and then goes away, leaving the others unprocessed.
    case servesOne(status: Int32)
    /// Goes away after the first request, and answers it all the same.
    case leavesServing(status: Int32)
    /// Serves the first request alone and then closes the connection.
    case breaksAfterOne(status: Int32)
    /// Goes away before any request; the connection stays open, or is closed.
    case leaves(code: UInt32, closes: Bool)
    /// Resets every request.
    case resets(HTTP2ErrorCode)
    /// Speaks HTTP/2 but never answers.
    case ignores
    /// Reads and says nothing at all.
    case silent
    case closes
    /// Says something of another protocol.
    case says(String)
}

/// What a client did on one connection.
struct ClientRecord: Sendable {
    struct Request: Sendable {
        var headers: [String]
        var service: String
    }

    var requests: [Request] = []
    var resets: [HTTP2ErrorCode] = []
    var goAways: [HTTP2ErrorCode] = []
    /// The client has left, and whether it did so with FIN.
    var end: End?

    enum End: Sendable {
        case finished
        case reset
    }
}

/// A health server on loopback, in threads of this process.
final class HealthServer: Sendable {
    private let socket: BoundSocket
    private let stopping: Int32
    private let hall: Hall

    /// What `-addr` calls this server.
    var address: String { socket.address }

    /// - Parameter manner: how to treat the connection with this number.
    init(
        on place: Loopback = .ipv4, _ manner: @escaping @Sendable (_ connection: Int) -> Manner
    ) throws {
        socket = try BoundSocket(place)
        try socket.listen(backlog: 16)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SocketError("pipe") }
        stopping = ends[1]
        let stop = ends[0]
        hall = Hall()
        let thread = Thread { [socket, hall] in
            while Self.waits(for: socket.descriptor, stop) {
                let descriptor = accept(socket.descriptor, nil, nil)
                guard descriptor >= 0 else { continue }
                let index = hall.enter()
                let manner = manner(index)
                Thread { hall.serve(descriptor, index, manner) }.start()
            }
            close(stop)
        }
        thread.start()
    }

    deinit {
        close(stopping)
    }

    /// What the clients did, once all of them have left.
    func finish() -> [ClientRecord] {
        hall.waitForSilence()
    }

    private static func waits(for descriptor: Int32, _ stop: Int32) -> Bool {
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&entries, 2, -1) > 0 && entries[1].revents == 0
    }
}

/// What the threads of one server share. Everything that changes is guarded by `condition`.
private final class Hall: @unchecked Sendable {
    private let condition = NSCondition()
    private var records: [ClientRecord] = []

    func enter() -> Int {
        condition.withLock {
            records.append(ClientRecord())
            return records.count - 1
        }
    }

    func serve(_ descriptor: Int32, _ index: Int, _ manner: Manner) {
        let record = try? ServedConnection(descriptor, manner)?.run()
        condition.withLock {
            records[index] = record ?? ClientRecord(end: .finished)
            condition.broadcast()
        }
    }

    func waitForSilence() -> [ClientRecord] {
        let limit = Date(timeIntervalSinceNow: 20)
        return condition.withLock {
            while records.contains(where: { $0.end == nil }), condition.wait(until: limit) {}
            return records
        }
    }
}

/// One connection, in the calling thread.
private final class ServedConnection {
    private let descriptor: Int32
    private let manner: Manner
    private let session: HTTP2Session
    private var bodies: [StreamID: [UInt8]] = [:]
    private var record = ClientRecord()

    init?(_ descriptor: Int32, _ manner: Manner) throws {
        self.descriptor = descriptor
        self.manner = manner
        session = try HTTP2Session(role: .server)
        if case .closes = manner {
            close(descriptor)
            return nil
        }
    }

    func run() throws -> ClientRecord {
        defer { close(descriptor) }
        switch manner {
        case .silent: break
        case .says(let text): write(Array(text.utf8))
        case .leaves(let code, let closes):
            try flush()
            write(FrameWriter.goAway(lastStream: 0, code: code, debug: []))
            if closes { shutdown(descriptor, Int32(SHUT_WR)) }
        default: try flush()
        }
        while let bytes = read() {
            try session.receive(bytes.span)
            for event in session.takeEvents() { try receive(event) }
            if record.end == nil, speaksHTTP2 { try flush() }
        }
        return record
    }

    private var speaksHTTP2: Bool {
        switch manner {
        case .silent, .says, .leaves: false
        default: true
        }
    }

    private func receive(_ event: HTTP2Event) throws {
        switch event {
        case .headers(let stream, let fields, _, _):
            let lines = fields.map {
                String(decoding: $0.name + Array(": ".utf8) + $0.value, as: UTF8.self)
            }
            record.requests.append(ClientRecord.Request(headers: lines, service: ""))
            bodies[stream] = []
        case .data(let stream, let bytes, let endStream):
            bodies[stream, default: []] += bytes
            guard endStream else { return }
            // The prefix of the message, then the tag and the length of the name.
            let service = String(decoding: bodies[stream]?.dropFirst(7) ?? [], as: UTF8.self)
            record.requests[Int(stream) / 2].service = service
            try answer(stream, service)
        case .reset(_, let code): record.resets.append(code)
        case .goAway(_, let code, _): record.goAways.append(code)
        default: break
        }
    }

    private func answer(_ stream: StreamID, _ service: String) throws {
        switch manner {
        case .serves(let statuses): try answer(stream, status: statuses[service])
        case .servesOne(let status) where stream == 1:
            try answer(stream, status: status)
            try flush()
            write(FrameWriter.goAway(lastStream: 1, code: 0, debug: []))
        case .leavesServing(let status) where stream == 1:
            try flush()
            write(FrameWriter.goAway(lastStream: 0x7FFF_FFFF, code: 0, debug: []))
            write(FrameWriter.goAway(lastStream: 1, code: 0, debug: []))
            try answer(stream, status: status)
        case .breaksAfterOne(let status) where stream == 1:
            try answer(stream, status: status)
            try flush()
            shutdown(descriptor, Int32(SHUT_WR))
        case .resets(let code): session.reset(stream, code)
        default: break
        }
    }

    private func answer(_ stream: StreamID, status: Int32?) throws {
        let headers = [
            HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
        ]
        guard let status else {
            try session.submitResponse(
                stream, headers + [HeaderField("grpc-status", "5")], endStream: true)
            return
        }
        try session.submitResponse(stream, headers, endStream: false)
        session.send(stream, MessagePrefix.framed([8, UInt8(status)]))
        session.finish(stream, trailers: [HeaderField("grpc-status", "0")])
    }

    // MARK: Bytes

    private func flush() throws {
        var output: [UInt8] = []
        try session.takeOutput(into: &output)
        write(output)
    }

    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes; nil when the client has left.
    private func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            record.end = count == 0 ? .finished : .reset
            return nil
        }
        return Array(buffer[..<count])
    }
}
