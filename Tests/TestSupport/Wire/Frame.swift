/// One HTTP/2 frame as it stood on the wire (RFC 9113 section 4.1).
package struct Frame: Equatable, Sendable {
    package var type: UInt8
    package var flags: UInt8
    package var stream: UInt32
    package var payload: [UInt8]

    package init(type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    package func has(_ flag: UInt8) -> Bool {
        flags & flag != 0
    }
}

/// The frame types of RFC 9113 section 6. They are numbers, not an enumeration: a script may
/// send any of the 256.
package enum FrameType {
    package static let data: UInt8 = 0x0
    package static let headers: UInt8 = 0x1
    package static let priority: UInt8 = 0x2
    package static let reset: UInt8 = 0x3
    package static let settings: UInt8 = 0x4
    package static let pushPromise: UInt8 = 0x5
    package static let ping: UInt8 = 0x6
    package static let goAway: UInt8 = 0x7
    package static let windowUpdate: UInt8 = 0x8
    package static let continuation: UInt8 = 0x9

    static let names: [(String, UInt8)] = [
        ("DATA", data), ("HEADERS", headers), ("PRIORITY", priority), ("RST_STREAM", reset),
        ("SETTINGS", settings), ("PUSH_PROMISE", pushPromise), ("PING", ping),
        ("GOAWAY", goAway), ("WINDOW_UPDATE", windowUpdate), ("CONTINUATION", continuation),
    ]
}

package enum FrameFlags {
    package static let ack: UInt8 = 0x1
    package static let endStream: UInt8 = 0x1
    package static let endHeaders: UInt8 = 0x4
    package static let padded: UInt8 = 0x8
    package static let priority: UInt8 = 0x20
}

/// One entry of a SETTINGS frame (RFC 9113 section 6.5.1).
package struct Setting: Equatable, Sendable {
    package var identifier: UInt16
    package var value: UInt32

    package init(identifier: UInt16, value: UInt32) {
        self.identifier = identifier
        self.value = value
    }

    static let names: [(String, UInt16)] = [
        ("header-table-size", 1), ("enable-push", 2), ("max-concurrent-streams", 3),
        ("initial-window-size", 4), ("max-frame-size", 5), ("max-header-list-size", 6),
    ]
}

/// The error codes of RFC 9113 section 7.
package enum ErrorCode {
    package static let noError: UInt32 = 0
    package static let protocolError: UInt32 = 1
    package static let cancel: UInt32 = 8

    package static let names: [(String, UInt32)] = [
        ("NO_ERROR", 0), ("PROTOCOL_ERROR", 1), ("INTERNAL_ERROR", 2),
        ("FLOW_CONTROL_ERROR", 3), ("SETTINGS_TIMEOUT", 4), ("STREAM_CLOSED", 5),
        ("FRAME_SIZE_ERROR", 6), ("REFUSED_STREAM", 7), ("CANCEL", 8), ("COMPRESSION_ERROR", 9),
        ("CONNECT_ERROR", 10), ("ENHANCE_YOUR_CALM", 11), ("INADEQUATE_SECURITY", 12),
        ("HTTP_1_1_REQUIRED", 13),
    ]
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// The number in network byte order.
    package var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self >> $0)
        }
    }

    /// The number that `bytes` hold in network byte order.
    package init(bigEndianBytes bytes: some Collection<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Self($1) }
    }
}
