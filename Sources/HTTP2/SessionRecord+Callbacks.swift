import CNGHTTP2
import GRPC

/// The C side of `SessionRecord`: each callback finds the record and hands on what it was given.
/// All return 0, nghttp2's "go on".
extension SessionRecord {
    static func install(in callbacks: OpaquePointer?) {
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) {
            _, _, userData in
            unsafe SessionRecord.from(userData).beginHeaders()
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameLength, value, valueLength, _, userData in
            let name = unsafe UnsafeBufferPointer(start: name, count: nameLength)
            let value = unsafe UnsafeBufferPointer(start: value, count: valueLength)
            unsafe SessionRecord.from(userData).receiveField(name.span, value.span)
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, stream, bytes, count, userData in
            unsafe SessionRecord.from(userData).receiveData(
                stream, Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) {
            _, frame, userData in
            if let frame = unsafe frame {
                unsafe SessionRecord.from(userData).receive(frame.pointee)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) {
            _, frame, userData in
            if let frame = unsafe frame {
                unsafe SessionRecord.from(userData).send(frame.pointee)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) {
            _, frame, error, userData in
            if let header = unsafe frame?.pointee.hd,
                header.type == UInt8(NGHTTP2_HEADERS.rawValue)
            {
                unsafe SessionRecord.from(userData).notSent(header.stream_id, error)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) {
            _, frame, error, userData in
            if let header = unsafe frame?.pointee.hd {
                unsafe SessionRecord.from(userData).object(to: header.stream_id, error)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
            _, stream, code, userData in
            unsafe SessionRecord.from(userData).close(stream, HTTP2ErrorCode(code))
            return 0
        }
    }

    /// What only those who trace need: each frame as it begins, because of one that breaks a rule
    /// nothing else is told.
    static func installTracing(in callbacks: OpaquePointer?) {
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) {
            _, header, userData in
            if let header = unsafe header {
                unsafe SessionRecord.from(userData).begin(header.pointee)
            }
            return 0
        }
    }

    /// The record behind a callback's user data.
    ///
    /// - Precondition: the session was made with a record that is still alive.
    fileprivate static func from(_ userData: UnsafeMutableRawPointer?) -> SessionRecord {
        guard let userData = unsafe userData else {
            preconditionFailure("an nghttp2 callback without its session's record")
        }
        return unsafe Unmanaged<SessionRecord>.fromOpaque(userData).takeUnretainedValue()
    }

    /// Gives nghttp2 the next bytes of a stream's body (`nghttp2_data_source_read_callback`).
    static let provideBody: nghttp2_data_source_read_callback = {
        session, stream, buffer, capacity, flags, _, userData in
        let record = unsafe SessionRecord.from(userData)
        guard let body = record.body(of: stream) else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        if body.isEmpty && !body.isComplete { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
        let bytes = body.take(capacity)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress {
                unsafe buffer?.update(from: start, count: bytes.count)
            }
        }
        if body.isEmpty && body.isComplete {
            record.removeBody(of: stream)
            unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            if let trailers = body.trailers {
                unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                unsafe withNameValues(HeaderBlock(trailers)) { names, count in
                    _ = unsafe nghttp2_submit_trailer(session, stream, names, count)
                }
            }
        }
        return bytes.count
    }
}
