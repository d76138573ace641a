import Basics
import GRPC
import HTTP2
import Network
import Outcome

/// A client that says what it likes and hears everything.
final class TestClient {
    struct Failure: Error {}

    private let stream: ByteStream
    private let session: HTTP2Session
    private var output: [UInt8] = []
    private let poller = Poller()
    private(set) var events: [HTTP2Event] = []
    /// The server has said FIN, or something worse.
    private(set) var end: ByteStream.Progress?

    init(_ address: String) throws {
        guard case .addresses(let addresses) = try Target.parse(address).endpoint else {
            throw Failure()
        }
        stream = try Self.connect(Connector(addresses: addresses))
        session = try HTTP2Session(role: .client)
    }

    /// Starts a call with this message.
    func call(
        _ method: String, _ message: [UInt8] = [], contentType: String = "application/grpc"
    ) throws -> StreamID {
        let fields = [
            HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
            HeaderField(":path", "/grpc.health.v1.Health/\(method)"),
            HeaderField(":authority", "localhost"), HeaderField("te", "trailers"),
            HeaderField("content-type", contentType),
        ]
        return try session.submitRequest(HeaderBlock(fields), body: MessagePrefix.framed(message))
    }

    func reset(_ stream: StreamID) {
        session.reset(stream, .cancel)
    }

    /// Sends bytes that the session knows nothing of.
    func send(raw bytes: String) {
        _ = stream.write(Array(bytes.utf8))
    }

    /// Says FIN.
    func finishWriting() throws {
        try flush()
        stream.finishWriting()
    }

    /// Goes on until what has happened satisfies `condition`.
    func wait(until condition: ([HTTP2Event]) -> Bool) throws {
        let limit = Clock.now().advanced(by: .seconds(30))
        while !condition(events) {
            try flush()
            poller.reset()
            stream.register(in: poller, read: true, write: !output.isEmpty)
            poller.wait(for: limit.since(Clock.now()))
            guard end == nil, Clock.now() < limit else { throw Failure() }
            guard stream.isReadable(in: poller) else { continue }
            try read()
        }
    }

    /// Goes on until the server has ended the connection.
    func waitForEnd() throws {
        do { try wait { _ in end != nil } } catch { if end == nil { throw error } }
    }

    /// The DATA of a stream so far.
    func data(of stream: StreamID) -> [UInt8] {
        events.reduce(into: []) { data, event in
            if case .data(stream, let bytes, _) = event { data += bytes }
        }
    }

    /// The header blocks of a stream so far.
    func headers(of stream: StreamID) -> [[String: String]] {
        events.compactMap { event in
            guard case .headers(stream, let block, _, _) = event else { return nil }
            let pairs = block.fields.map { (String(bytes: $0.name), String(bytes: $0.value)) }
            return Dictionary(pairs) { first, _ in first }
        }
    }

    private func read() throws {
        var failure: (any Error)?
        let progress = stream.read { bytes in
            do { try session.receive(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        events += session.takeEvents()
        switch progress {
        case .moved, .wait: break
        case .end, .failed: end = progress
        }
    }

    private func flush() throws {
        try session.takeOutput(into: &output)
        if case .moved(let count) = stream.write(output) { output.removeFirst(count) }
    }

    private static func connect(_ connector: Connector) throws -> ByteStream {
        let poller = Poller()
        let limit = Clock.now().advanced(by: .seconds(30))
        while Clock.now() < limit {
            switch connector.advance(poller, now: Clock.now()) {
            case .connected(let stream, _): return stream
            case .failed: throw Failure()
            case .wait: break
            }
            poller.reset()
            _ = connector.register(in: poller)
            poller.wait(for: limit.since(Clock.now()))
        }
        throw Failure()
    }
}
