import Basics
import CNGHTTP2
import GRPC

/// What a session's callbacks write down. They check a limit, append an event and return;
/// decisions are taken after the C call has returned.
final class SessionRecord {
    /// What has happened and was not yet taken.
    private(set) var events: [HTTP2Event] = []
    /// Bodies still to be sent. nghttp2 takes them in the order in which they came, so whoever
    /// looks for one finds it at the beginning.
    private var bodies: [OutgoingBody] = []

    /// Whether frames are events too.
    let traces: Bool
    /// The frame that is being received, where frames are events.
    private var frameBegun: nghttp2_frame_hd?
    /// The header block that is being received.
    private var block = HeaderBlock()
    private var blockIsTruncated = false
    /// The size of all header fields in `block` and `events`, counted as RFC 9113 counts. HPACK
    /// lets a few bytes stand for kilobytes, so what waits here has to be bounded as a whole.
    private var headerBytes = 0
    /// The rule that the peer broke for a stream which is about to be closed for it.
    private var streamViolation: (stream: StreamID, text: String)?
    /// The stream that the peer has just reset.
    private var streamReset: StreamID?

    init(traces: Bool) {
        self.traces = traces
    }

    func takeEvents() -> [HTTP2Event] {
        let taken = events
        events = []
        // A block that is still being received goes on with what it has.
        headerBytes = block.listSize
        return taken
    }

    // MARK: - Header blocks

    func beginHeaders() {
        // Room for what servers usually say; up to this size memory costs least.
        block = HeaderBlock(size: 88, count: 6)
        blockIsTruncated = false
    }

    func receiveField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        headerBytes += name.count + value.count + Limits.headerFieldOverhead
        guard headerBytes <= Limits.headerListSize else {
            blockIsTruncated = true
            return
        }
        block.append(name, value)
    }

    // MARK: - Frames

    /// The header of a frame has been received; the rest may be wrong.
    func begin(_ header: nghttp2_frame_hd) {
        frameBegun = header
    }

    func receive(_ frame: nghttp2_frame) {
        if traces {
            frameBegun = nil
            unsafe events.append(.frame(FrameSummary(.received, frame, headers: block.fields)))
        }
        let header = unsafe frame.hd
        let endStream = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch nghttp2_frame_type(UInt32(header.type)) {
        case NGHTTP2_HEADERS:
            events.append(
                .headers(
                    header.stream_id, block, isTruncated: blockIsTruncated, endStream: endStream))
            block = HeaderBlock()
        case NGHTTP2_DATA:
            if endStream { events.append(.data(header.stream_id, [], endStream: true)) }
        case NGHTTP2_SETTINGS:
            if header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0 { events.append(.settings) }
        case NGHTTP2_RST_STREAM:
            let code = unsafe HTTP2ErrorCode(frame.rst_stream.error_code)
            streamReset = header.stream_id
            events.append(.reset(header.stream_id, code))
        case NGHTTP2_GOAWAY:
            unsafe events.append(
                .goAway(
                    lastStream: frame.goaway.last_stream_id,
                    HTTP2ErrorCode(frame.goaway.error_code), debugData: frame.goaway.debugData))
        case NGHTTP2_PING:
            if header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 {
                events.append(.pingAcknowledged)
            }
        default: break
        }
    }

    func receiveData(_ stream: StreamID, _ bytes: [UInt8]) {
        events.append(.data(stream, bytes, endStream: false))
    }

    func send(_ frame: nghttp2_frame) {
        let type = unsafe nghttp2_frame_type(UInt32(frame.hd.type))
        if traces {
            // What is begun and was not received is what this is the answer to.
            if let frame = frameBegun, type == NGHTTP2_GOAWAY || type == NGHTTP2_RST_STREAM {
                events.append(.frame(FrameSummary(received: frame)))
                frameBegun = nil
            }
            unsafe events.append(.frame(FrameSummary(.sent, frame, headers: [])))
        }
        // nghttp2 answers a broken rule of the connection with a GOAWAY that names it.
        guard type == NGHTTP2_GOAWAY else { return }
        let code = unsafe HTTP2ErrorCode(frame.goaway.error_code)
        guard code != .noError else { return }
        let reason = unsafe String(decoding: frame.goaway.debugData, as: UTF8.self)
        events.append(.violation(reason.isEmpty ? code.name : reason))
    }

    // MARK: - The end of a stream

    func object(to stream: StreamID, _ error: Int32) {
        streamViolation = (stream, libraryText(error))
    }

    func close(_ stream: StreamID, _ code: HTTP2ErrorCode) {
        removeBody(of: stream)
        if let violation = streamViolation, violation.stream == stream {
            streamViolation = nil
            events.append(.closed(stream, .violation(violation.text)))
        } else if code == .noError || streamReset == stream {
            events.append(.closed(stream, .finished))
        } else {
            events.append(.closed(stream, .reset(code)))
        }
    }

    func notSent(_ stream: StreamID, _ error: Int32) {
        removeBody(of: stream)
        switch nghttp2_error(error) {
        case NGHTTP2_ERR_START_STREAM_NOT_ALLOWED, NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE,
            NGHTTP2_ERR_SESSION_CLOSING:
            events.append(.closed(stream, .notSent))
        default: events.append(.closed(stream, .unsendable(libraryText(error))))
        }
    }

    // MARK: - Bodies

    func addBody(_ body: OutgoingBody) {
        bodies.append(body)
    }

    func body(of stream: StreamID) -> OutgoingBody? {
        bodies.first { $0.stream == stream }
    }

    /// It has been sent, or never will be.
    func removeBody(of stream: StreamID) {
        if let index = bodies.firstIndex(where: { $0.stream == stream }) {
            bodies.remove(at: index)
        }
    }
}

/// The DATA of one stream that is still to be sent.
final class OutgoingBody {
    let stream: StreamID
    private var bytes: ArraySlice<UInt8>
    private(set) var isComplete: Bool
    /// Trailers follow, so the last DATA frame does not end the stream.
    private(set) var trailers: [HeaderField]?

    init(stream: StreamID, _ bytes: [UInt8], isComplete: Bool) {
        self.stream = stream
        self.bytes = bytes[...]
        self.isComplete = isComplete
    }

    func append(_ more: [UInt8]) {
        bytes += more
    }

    func finish(trailers: [HeaderField]) {
        self.trailers = trailers
        isComplete = true
    }

    var isEmpty: Bool { bytes.isEmpty }

    func take(_ count: Int) -> ArraySlice<UInt8> {
        let taken = bytes.prefix(count)
        bytes = bytes.dropFirst(taken.count)
        return taken
    }
}

extension HeaderBlock {
    /// What the fields count in a header list (RFC 9113 section 6.5.2).
    fileprivate var listSize: Int { octets.count + extents.count * Limits.headerFieldOverhead }
}

extension nghttp2_goaway {
    /// At most `Limits.serverTextSize` bytes of the debug data.
    var debugData: [UInt8] {
        guard let start = unsafe opaque_data else { return [] }
        let count = unsafe min(opaque_data_len, Limits.serverTextSize)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }
}
