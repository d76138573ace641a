import GRPC
import HTTP2
import TestSupport
import Testing

/// A client's session as the program holds it, and everything it said.
struct ObservedSession {
    let session: HTTP2Session
    private(set) var events: [HTTP2Event] = []
    private(set) var frames: [Frame] = []
    private var reader = FrameReader()

    init(traces: Bool = false) throws {
        session = try HTTP2Session(role: .client, traces: traces)
    }

    /// A client that has sent one request, as stream 1.
    static func asking(traces: Bool = false) throws -> ObservedSession {
        var client = try ObservedSession(traces: traces)
        let stream = try client.session.submitRequest(requestFields, body: requestBody)
        try #require(stream == 1)
        try client.flush()
        return client
    }

    /// Takes bytes in as one read, writes what there is to answer and notes the events.
    mutating func receive(_ bytes: [UInt8]) throws {
        defer { events += session.takeEvents() }
        try session.receive(bytes.span)
        try flush()
    }

    /// The same, in pieces of `size` bytes.
    mutating func receive(_ bytes: [UInt8], inPiecesOf size: Int) throws {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try receive(Array(bytes[start..<min(start + size, bytes.count)]))
        }
    }

    /// Writes what there is to say, for the test to read in `frames`.
    mutating func flush() throws {
        var output: [UInt8] = []
        try session.takeOutput(into: &output)
        frames += try reader.frames(in: output)
    }

    /// What was sent since the last call.
    mutating func takeFrames() -> [Frame] {
        defer { frames = [] }
        return frames
    }

    /// The events, with neighbouring pieces of one body put together: where a body is cut
    /// depends on the reads.
    var wholeEvents: [HTTP2Event] { events.withBodiesJoined }

    /// The words of the violation that ended the connection, if any.
    var violation: String? {
        for case .violation(let text) in events { return text }
        return nil
    }

    /// Whether the session has said GOAWAY with an error.
    var hasObjected: Bool {
        frames.contains { $0.type == FrameType.goAway && $0.number(at: 4) != 0 }
    }
}

let requestFields = RequestTemplate(
    path: HealthMethod.check.path, usesTLS: false, authority: "localhost:5000",
    userAgent: "test", metadata: []
).headers(timeout: .seconds(1))
let requestBody = MessagePrefix.framed(HealthCheckRequest.encoded(service: "shop.Cart"))

func fields(_ pairs: KeyValuePairs<String, String>) -> [HeaderField] {
    pairs.map { HeaderField(name: Array($0.key.utf8), value: Array($0.value.utf8)) }
}

let responseFields = fields([":status": "200", "content-type": "application/grpc"])
let okTrailers = fields(["grpc-status": "0"])

extension [HTTP2Event] {
    var withBodiesJoined: [HTTP2Event] {
        var result: [HTTP2Event] = []
        for event in self {
            if case .data(let stream, let bytes, let end) = event,
                case .data(stream, let before, false) = result.last
            {
                result[result.count - 1] = .data(stream, before + bytes, endStream: end)
            } else {
                result.append(event)
            }
        }
        return result
    }

    /// How much memory the events hold, as RFC 9113 counts header fields.
    var size: Int {
        reduce(0) { sum, event in
            switch event {
            case .headers(_, let block, _, _):
                sum + block.fields.reduce(0) { $0 + $1.name.count + $1.value.count + 32 }
            case .data(_, let bytes, _), .goAway(_, _, let bytes): sum + bytes.count
            case .violation(let text), .closed(_, .violation(let text)): sum + text.utf8.count
            default: sum
            }
        }
    }
}

extension Frame {
    /// A frame in one word, or as many as a test wants to know.
    var summary: String {
        let names: [UInt8: String] = [
            0: "DATA", 1: "HEADERS", 3: "RST_STREAM", 4: "SETTINGS", 6: "PING", 7: "GOAWAY",
            8: "WINDOW_UPDATE",
        ]
        let name = names[type] ?? "\(type)"
        return has(FrameFlags.ack) ? "\(name)(\(flags))" : name
    }
}
