import Basics
import CNGHTTP2

/// Which end of the connection a session is.
package enum SessionRole: Equatable {
    case client
    case server
}

/// Owns one `nghttp2_session`.
@safe struct SessionHandle: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// A session whose callbacks find `record` as their user data. The record must outlive it:
    /// nghttp2 keeps the pointer, not the object.
    static func make(role: SessionRole, record: SessionRecord) throws(HTTP2Error) -> SessionHandle {
        var callbacks: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0 else { throw .outOfMemory }
        defer { unsafe nghttp2_session_callbacks_del(callbacks) }
        unsafe SessionRecord.install(in: callbacks)
        if record.traces { unsafe SessionRecord.installTracing(in: callbacks) }

        var options: OpaquePointer?
        guard unsafe nghttp2_option_new(&options) == 0 else { throw .outOfMemory }
        defer { unsafe nghttp2_option_del(options) }
        unsafe nghttp2_option_set_max_outbound_ack(options, Limits.outboundAcks)
        unsafe nghttp2_option_set_max_settings(options, Limits.settingsEntries)
        unsafe cnghttp2_set_max_continuations(options, Limits.continuations)
        unsafe nghttp2_option_set_no_closed_streams(options, 1)
        if role == .client {
            unsafe nghttp2_option_set_max_send_header_block_length(
                options, Limits.requestHeaderBlock)
            // How many streams the server takes is not known before its SETTINGS; one is safe.
            unsafe nghttp2_option_set_peer_max_concurrent_streams(options, 1)
            // What a response may look like is gRPC's business and judged there. nghttp2's own
            // rules would turn a stray `connection` field or a wrong content-length, which the
            // gRPC libraries ignore, into a reset stream.
            unsafe nghttp2_option_set_no_http_messaging(options, 1)
        }

        let userData = unsafe Unmanaged.passUnretained(record).toOpaque()
        var session: OpaquePointer?
        let result =
            switch role {
            case .client: unsafe nghttp2_session_client_new2(&session, callbacks, userData, options)
            case .server: unsafe nghttp2_session_server_new2(&session, callbacks, userData, options)
            }
        guard result == 0, let session = unsafe session else { throw .outOfMemory }
        return unsafe SessionHandle(owning: session)
    }

    deinit {
        unsafe nghttp2_session_del(pointer)
    }
}
