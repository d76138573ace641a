import CNGHTTP2
package import GRPC

/// One end of an HTTP/2 connection without I/O: bytes in, events out; requests in, bytes out.
///
/// nghttp2 does the framing, HPACK, flow control, and the answers to SETTINGS and PING. After
/// `receive` or any of the verbs, `takeOutput` has what must be written to the peer.
package final class HTTP2Session {
    // nghttp2 holds a plain pointer to the record, which lives as long as the session does.
    private let record: SessionRecord
    private let handle: SessionHandle

    /// - Parameters:
    ///   - traces: whether frames are reported as events too.
    ///   - maximumStreams: how many streams at a time a server lets its client have; nil says
    ///     nothing about it.
    package init(
        role: SessionRole, traces: Bool = false, maximumStreams: UInt32? = nil
    ) throws(HTTP2Error) {
        record = SessionRecord(traces: traces)
        handle = try SessionHandle.make(role: role, record: record)
        switch role {
        case .client: try submitSettings([(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)])
        case .server:
            try submitSettings(
                maximumStreams.map { [(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, $0)] } ?? [])
        }
    }

    private func submitSettings(
        _ settings: [(identifier: nghttp2_settings_id, value: UInt32)]
    ) throws(HTTP2Error) {
        let entries = settings.map {
            nghttp2_settings_entry(
                settings_id: Int32($0.identifier.rawValue), value: $0.value)
        }
        let result = unsafe entries.withUnsafeBufferPointer {
            unsafe nghttp2_submit_settings(
                handle.pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), $0.baseAddress, $0.count)
        }
        try check(result)
    }

    // MARK: - Bytes

    /// Takes in bytes from the peer.
    package func receive(_ bytes: Span<UInt8>) throws(HTTP2Error) {
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe nghttp2_session_mem_recv(handle.pointer, $0.baseAddress, $0.count)
        }
        guard result < 0 else { return }
        let error = Int32(truncatingIfNeeded: result)
        let isOurs =
            error == NGHTTP2_ERR_NOMEM.rawValue
            || error == NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
        guard isOurs else { throw .overrun(libraryText(error)) }
        try check(error)
    }

    /// Appends what has to be written to the peer.
    package func takeOutput(into output: inout [UInt8]) throws(HTTP2Error) {
        // A first flight (preface, SETTINGS, one request) fits, so that the array grows once.
        output.reserveCapacity(Self.usualOutput)
        while true {
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(handle.pointer, &bytes)
            guard count > 0 else {
                try check(Int32(truncatingIfNeeded: count))
                return
            }
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    private static let usualOutput = 256

    /// What happened since the last call.
    package func takeEvents() -> [HTTP2Event] {
        record.takeEvents()
    }

    // MARK: - Client

    /// Queues a request whose body is complete; the peer's limit of concurrent streams is kept.
    package func submitRequest(
        _ headers: HeaderBlock, body: [UInt8]
    ) throws(HTTP2Error) -> StreamID {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = SessionRecord.provideBody
        let stream = unsafe withNameValues(headers) { names, count in
            unsafe nghttp2_submit_request(handle.pointer, nil, names, count, &provider, nil)
        }
        try check(stream)
        record.addBody(OutgoingBody(stream: stream, body, isComplete: true))
        return stream
    }

    /// How many streams at a time the peer takes. Until its SETTINGS say how many, it is one.
    package var peerStreamLimit: Int {
        Int(
            unsafe nghttp2_session_get_remote_settings(
                handle.pointer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    /// Ends a stream with RST_STREAM, unless it is over on both sides already.
    package func reset(_ stream: StreamID, _ code: HTTP2ErrorCode) {
        // The only failure is a lack of memory, and the connection ends next anyway.
        _ = unsafe nghttp2_submit_rst_stream(
            handle.pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
    }

    /// Whether this end still has DATA to send on the stream.
    package func isSending(_ stream: StreamID) -> Bool {
        unsafe nghttp2_session_get_stream_local_close(handle.pointer, stream) == 0
    }

    /// Asks whether the peer is still there; `pingAcknowledged` is the answer.
    package func ping() {
        // As with `reset`.
        _ = unsafe nghttp2_submit_ping(handle.pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }

    /// Says goodbye: GOAWAY(NO_ERROR).
    package func sayGoAway() {
        // As with `reset`, a lack of memory changes nothing any more.
        _ = unsafe nghttp2_session_terminate_session(
            handle.pointer, NGHTTP2_NO_ERROR.rawValue)
    }

    // MARK: - Server

    /// Answers a request with headers and, when `endStream` is false, a body to come.
    package func submitResponse(
        _ stream: StreamID, _ headers: [HeaderField], endStream: Bool
    ) throws(HTTP2Error) {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = SessionRecord.provideBody
        let result = unsafe withNameValues(HeaderBlock(headers)) { names, count in
            endStream
                ? unsafe nghttp2_submit_response(handle.pointer, stream, names, count, nil)
                : unsafe nghttp2_submit_response(handle.pointer, stream, names, count, &provider)
        }
        try check(result)
        if !endStream { record.addBody(OutgoingBody(stream: stream, [], isComplete: false)) }
    }

    /// Whether there is nothing more to send on the stream than `takeOutput` has given.
    package func hasSentAll(_ stream: StreamID) -> Bool {
        record.body(of: stream)?.isEmpty ?? true
    }

    /// Adds to the body of a response; nothing happens where the stream is gone.
    package func send(_ stream: StreamID, _ bytes: [UInt8]) {
        guard let body = record.body(of: stream) else { return }
        body.append(bytes)
        resume(stream)
    }

    /// Ends a response with trailers; nothing happens where the stream is gone.
    package func finish(_ stream: StreamID, trailers: [HeaderField]) {
        guard let body = record.body(of: stream) else { return }
        body.finish(trailers: trailers)
        resume(stream)
    }

    private func resume(_ stream: StreamID) {
        // It fails where the body was not waiting for more, which is no trouble.
        _ = unsafe nghttp2_session_resume_data(handle.pointer, stream)
    }

    private func check(_ result: Int32) throws(HTTP2Error) {
        guard result < 0 else { return }
        if result == NGHTTP2_ERR_NOMEM.rawValue { throw .outOfMemory }
        throw .library(libraryText(result))
    }
}
