import Basics
import Foundation
import GRPC
import HTTP2
import TestSupport

/// One connection of a `SimulatedServer`.
final class SimulatedConnection {
    private(set) var record: ClientRecord
    private let descriptor: Int32
    private let manner: Manner
    private let time: () -> Instant
    private let status: (String) -> Int32?
    /// Nil where the server does not speak HTTP/2, or the client has broken its rules.
    private var session: HTTP2Session?
    private var bodies: [StreamID: [UInt8]] = [:]
    private var paths: [StreamID: String] = [:]
    private var watches: [StreamID: String] = [:]
    private var lastStream: StreamID = 0
    private var pending: [UInt8] = []
    private var endsWhenWritten = false
    private(set) var isClosed = false

    /// - Parameter status: that of a service, if it is registered.
    init(
        _ descriptor: Int32, _ manner: Manner, at time: @escaping () -> Instant,
        status: @escaping (String) -> Int32?
    ) {
        (self.descriptor, self.manner, self.time, self.status) = (descriptor, manner, time, status)
        record = ClientRecord(start: time())
        switch manner {
        case .silent: break
        case .closes: close()
        case .says(let text): pending = Array(text.utf8)
        case .leaves(let code, let closes):
            begin()
            goAway(code: code)
            session = nil
            endsWhenWritten = closes
        default: begin()
        }
    }

    deinit { close() }

    private func begin() {
        session = try? HTTP2Session(role: .server, traces: true)
        collect()
    }

    // MARK: - What the test has it do

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Foundation.close(descriptor)
    }

    func goAway(code: UInt32) {
        collect()
        pending += FrameWriter.goAway(lastStream: UInt32(lastStream), code: code, debug: [])
    }

    /// Tells whoever watches the service here.
    func tell(_ service: String, _ status: Int32) {
        for (stream, watched) in watches where watched == service {
            session?.send(stream, Self.message(status))
        }
    }

    /// Ends all watches with a status code.
    func endWatches(code: Int) {
        for stream in watches.keys.sorted() {
            session?.finish(stream, trailers: [HeaderField("grpc-status", "\(code)")])
        }
        watches = [:]
    }

    // MARK: - Its turn

    /// Does what there is to do; returns whether there was anything.
    func act() -> Bool {
        var hasActed = false
        while !isClosed, receive() { hasActed = true }
        collect()
        while !isClosed, !pending.isEmpty, write() { hasActed = true }
        if endsWhenWritten, pending.isEmpty, !isClosed {
            endsWhenWritten = false
            shutdown(descriptor, Int32(SHUT_WR))
            hasActed = true
        }
        return hasActed
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { return false }
        guard count > 0 else {
            record.end = count == 0 ? .finished : .reset
            close()
            return true
        }
        guard let session else { return true }
        let bytes = Array(buffer[..<count])
        do {
            try session.receive(bytes.span)
        } catch {
            self.session = nil
        }
        for event in session.takeEvents() { receive(event) }
        return true
    }

    private func receive(_ event: HTTP2Event) {
        switch event {
        case .headers(let stream, let block, _, _):
            let lines = block.fields.map {
                String(decoding: $0.name + Array(": ".utf8) + $0.value, as: UTF8.self)
            }
            record.requests.append(.init(headers: lines, service: "", time: time()))
            paths[stream] = lines.first { $0.hasPrefix(":path: ") }
            bodies[stream] = []
            lastStream = stream
        case .data(let stream, let bytes, let endStream):
            bodies[stream, default: []] += bytes
            guard endStream else { return }
            // The prefix of the message, then the tag and the length of the name.
            let service = String(decoding: bodies[stream]?.dropFirst(7) ?? [], as: UTF8.self)
            record.requests[Int(stream) / 2].service = service
            answer(stream, service)
        case .reset(let stream, let code):
            record.resets.append(code)
            watches[stream] = nil
        case .goAway(_, let code, _): record.goAways.append(code)
        case .frame(let frame)
        where frame.direction == .received && frame.type == FrameType.ping
            && frame.flags & FrameFlags.ack == 0:
            record.pingCount += 1
        default: break
        }
    }

    private func answer(_ stream: StreamID, _ service: String) {
        switch manner {
        case .serves:
            if paths[stream]?.hasSuffix("/Watch") ?? false {
                respond(stream, status(service) ?? 3)
                watches[stream] = service
            } else {
                answer(stream, status: status(service))
            }
        case .servesOne(let status) where stream == 1:
            answer(stream, status: status)
            goAway(code: 0)
        case .leavesServing(let status) where stream == 1:
            collect()
            pending += FrameWriter.goAway(lastStream: 0x7FFF_FFFF, code: 0, debug: [])
            goAway(code: 0)
            answer(stream, status: status)
        case .breaksAfterOne(let status) where stream == 1:
            answer(stream, status: status)
            collect()
            session = nil
            endsWhenWritten = true
        case .resets(let code): session?.reset(stream, code)
        default: break
        }
    }

    private func answer(_ stream: StreamID, status: Int32?) {
        guard let status else {
            try? session?.submitResponse(
                stream, Self.headers + [HeaderField("grpc-status", "5")], endStream: true)
            return
        }
        respond(stream, status)
        session?.finish(stream, trailers: [HeaderField("grpc-status", "0")])
    }

    private func respond(_ stream: StreamID, _ status: Int32) {
        try? session?.submitResponse(stream, Self.headers, endStream: false)
        session?.send(stream, Self.message(status))
    }

    private static let headers = [
        HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
    ]

    private static func message(_ status: Int32) -> [UInt8] {
        MessagePrefix.framed([8, UInt8(status)])
    }

    // MARK: - Bytes

    private func collect() {
        try? session?.takeOutput(into: &pending)
    }

    private func write() -> Bool {
        let count = pending.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno == EAGAIN { return false }
        // Where nobody reads it any more, what the client has said before is still read.
        pending.removeFirst(max(0, count))
        if count < 0 { pending = [] }
        return count > 0
    }
}
