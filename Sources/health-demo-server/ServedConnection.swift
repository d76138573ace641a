import Basics
import GRPC
import HTTP2
import Network
import Outcome

/// One client's connection: bytes in, calls, bytes out.
///
///     serving --a mistake, or the server leaves--> leaving --the client's FIN--> gone
///        '-------the client's FIN-------> finishing -------all written------------'
final class ServedConnection {
    private enum Stage {
        case serving
        /// The client writes no more: what it is still owed goes out.
        case finishing
        /// Nothing more is answered: what the client still sends is dropped, so that the socket
        /// is not closed on unread bytes, which would be a reset.
        case leaving
        case gone
    }

    /// How many calls a client may have at a time. It bounds what one connection can make the
    /// server keep; a health check needs one.
    private static let maximumStreams: UInt32 = 100

    private let stream: ByteStream
    private let session: HTTP2Session
    private let token: UInt64
    private var stage = Stage.serving
    private var calls: [StreamID: HealthCall] = [:]
    /// Calls that were refused while their client was still sending.
    private var unread: [StreamID] = []
    /// Bytes of the session that the socket has not taken yet.
    private var pending: [UInt8] = []
    private var hasFinishedWriting = false
    /// What the event queue waits for, or nil before it has been told.
    private var interest: (read: Bool, write: Bool)?

    init(_ stream: ByteStream, as token: UInt64) throws(HTTP2Error) {
        self.stream = stream
        self.token = token
        session = try HTTP2Session(role: .server, maximumStreams: Self.maximumStreams)
    }

    var isGone: Bool {
        if case .gone = stage { true } else { false }
    }

    /// Goes as far as it can without waiting.
    func advance(_ ready: EventQueue.Ready, _ registry: HealthRegistry) {
        if ready.isReadable { receive(registry) }
        flush()
        tellWatchers(registry)
    }

    /// Tells the clients that watch something what they have not heard yet. Those that are slow
    /// to read are told later, and then only how it is by then.
    func tellWatchers(_ registry: HealthRegistry) {
        guard pending.isEmpty, case .serving = stage else { return }
        var hasNews = false
        for stream in calls.keys.sorted() where session.hasSentAll(stream) {
            guard let action = calls[stream]?.tell(registry), action != .none else { continue }
            react(to: action, stream)
            hasNews = true
        }
        if hasNews { flush() }
    }

    /// Says goodbye and waits for the client's end.
    func leave() {
        guard case .serving = stage else { return }
        session.sayGoAway()
        startLeaving()
    }

    /// Waits in `queue` for what it needs next.
    func watch(in queue: EventQueue) throws(SystemErrorNumber) {
        let next: (read: Bool, write: Bool) =
            switch stage {
            case .serving: (pending.count < Limits.pendingOutput, !pending.isEmpty)
            case .finishing: (false, true)
            case .leaving: (true, !pending.isEmpty)
            case .gone: (false, false)
            }
        if isGone { return }
        if let interest, interest == next { return }
        try stream.watch(in: queue, as: token, read: next.read, write: next.write)
        interest = next
    }

    // MARK: - Bytes

    private func receive(_ registry: HealthRegistry) {
        var failure: HTTP2Error?
        let progress = stream.read { bytes in
            guard case .serving = stage else { return }
            do throws(HTTP2Error) {
                try session.receive(bytes)
            } catch {
                failure = error
            }
        }
        for event in session.takeEvents() { handle(event, registry) }
        // A client that does not speak HTTP/2 is answered with nothing but the end.
        if failure != nil { startLeaving() }
        switch progress {
        case .moved, .wait: break
        case .end:
            if case .serving = stage { stage = .finishing } else { stage = .gone }
        case .failed: stage = .gone
        }
    }

    /// Writes what the session has to say, as far as the socket takes it.
    private func flush() {
        do throws(HTTP2Error) {
            try takeOutput()
        } catch {
            stage = .gone
        }
        while !pending.isEmpty, !isGone {
            switch stream.write(pending) {
            case .moved(let count): pending.removeFirst(count)
            case .wait: return
            case .end, .failed: stage = .gone
            }
        }
        switch stage {
        case .serving, .gone: break
        case .finishing: stage = .gone
        case .leaving:
            if !hasFinishedWriting { stream.finishWriting() }
            hasFinishedWriting = true
        }
    }

    private func takeOutput() throws(HTTP2Error) {
        guard !isGone else { return }
        try session.takeOutput(into: &pending)
        if !unread.isEmpty {
            // The answers are complete, the rest of the requests is of no interest
            // (PROTOCOL-HTTP2.md, "Errors"). Not earlier: a reset takes back what the session
            // has not given out yet.
            for stream in unread { session.reset(stream, .noError) }
            unread = []
            try session.takeOutput(into: &pending)
        }
        // Streams end, and broken rules are objected to, as the frames that say so go out.
        for event in session.takeEvents() { conclude(event) }
    }

    private func startLeaving() {
        guard case .serving = stage else { return }
        stage = .leaving
        flush()
    }

    // MARK: - Calls

    private func handle(_ event: HTTP2Event, _ registry: HealthRegistry) {
        switch event {
        case .headers(let stream, let block, let isTruncated, let endStream):
            let action = calls[stream, default: HealthCall()].receiveHeaders(
                block.fields, isTruncated: isTruncated, endStream: endStream, registry)
            react(to: action, stream)
        case .data(let stream, let bytes, let endStream):
            let action = calls[stream]?.receiveData(bytes, endStream: endStream, registry)
            react(to: action ?? .none, stream)
        default: conclude(event)
        }
    }

    private func conclude(_ event: HTTP2Event) {
        switch event {
        case .closed(let stream, _): calls[stream] = nil
        // nghttp2 has said GOAWAY.
        case .violation: if case .serving = stage { stage = .leaving }
        case .headers, .data, .reset, .settings, .goAway, .pingAcknowledged, .frame: break
        }
    }

    private func react(to action: HealthCall.Action, _ stream: StreamID) {
        do throws(HTTP2Error) {
            switch action {
            case .none: return
            case .reject(let httpStatus):
                try session.submitResponse(
                    stream, [HeaderField(":status", "\(httpStatus)")], endStream: true)
            case .refuse(let status):
                try session.submitResponse(
                    stream, responseHeaders + trailers(status), endStream: true)
            case .answer(let message):
                try session.submitResponse(stream, responseHeaders, endStream: false)
                session.send(stream, MessagePrefix.framed(message))
                session.finish(stream, trailers: trailers(GRPCStatus(code: .ok)))
            case .open(let message):
                try session.submitResponse(stream, responseHeaders, endStream: false)
                session.send(stream, MessagePrefix.framed(message))
            case .send(let message):
                session.send(stream, MessagePrefix.framed(message))
            }
        } catch {
            // Out of memory, or a stream that cannot be answered: an end is an answer too.
            startLeaving()
        }
        if let call = calls[stream], call.isOver, !call.clientIsDone { unread.append(stream) }
    }
}

private let responseHeaders = [
    HeaderField(":status", "200"),
    HeaderField("content-type", "application/grpc"),
    HeaderField("grpc-accept-encoding", MessageReader.encodings.joined(separator: ",")),
]

private func trailers(_ status: GRPCStatus) -> [HeaderField] {
    var fields = [HeaderField("grpc-status", "\(status.code.rawValue)")]
    if !status.message.isEmpty {
        fields.append(HeaderField(name: Array("grpc-message".utf8), value: status.message))
    }
    return fields
}
