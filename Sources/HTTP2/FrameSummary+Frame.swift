import CNGHTTP2
import GRPC

extension FrameSummary {
    init(_ direction: Direction, _ frame: nghttp2_frame, headers: [HeaderField]) {
        let header = unsafe frame.hd
        self.init(
            direction: direction, type: header.type, flags: header.flags,
            stream: header.stream_id, length: header.length,
            detail: unsafe Self.detail(of: frame, headers: headers))
    }

    /// A frame of which no more than the header is known.
    init(received header: nghttp2_frame_hd) {
        self.init(
            direction: .received, type: header.type, flags: header.flags,
            stream: header.stream_id, length: header.length, detail: "")
    }

    private static func detail(of frame: nghttp2_frame, headers: [HeaderField]) -> String {
        switch unsafe nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_SETTINGS: unsafe settings(frame.settings)
        case NGHTTP2_RST_STREAM: unsafe HTTP2ErrorCode(frame.rst_stream.error_code).name
        case NGHTTP2_GOAWAY:
            unsafe "last stream \(frame.goaway.last_stream_id), "
                + HTTP2ErrorCode(frame.goaway.error_code).name
                + frame.goaway.traced
        case NGHTTP2_WINDOW_UPDATE: unsafe "+\(frame.window_update.window_size_increment)"
        case NGHTTP2_HEADERS: headers.traced
        default: ""
        }
    }

    private static func settings(_ frame: nghttp2_settings) -> String {
        var text = ""
        for index in unsafe 0..<frame.niv {
            guard let entry = unsafe frame.iv?[index] else { break }
            if !text.isEmpty { text += ", " }
            text += "\(name(ofSetting: entry.settings_id))=\(entry.value)"
        }
        return text
    }

    /// The names of RFC 9113 section 6.5.2.
    private static func name(ofSetting identifier: Int32) -> String {
        switch identifier {
        case 1: "HEADER_TABLE_SIZE"
        case 2: "ENABLE_PUSH"
        case 3: "MAX_CONCURRENT_STREAMS"
        case 4: "INITIAL_WINDOW_SIZE"
        case 5: "MAX_FRAME_SIZE"
        case 6: "MAX_HEADER_LIST_SIZE"
        default: "\(identifier)"
        }
    }
}

extension nghttp2_goaway {
    /// What its sender has to say, where it says anything.
    fileprivate var traced: String {
        let text = unsafe String(decoding: debugData, as: UTF8.self)
        return text.isEmpty ? "" : ": \(text)"
    }
}

extension [HeaderField] {
    /// The names of the fields, and the values of the few that are never secret.
    fileprivate var traced: String {
        var text = ""
        for field in self {
            if !text.isEmpty { text += ", " }
            text += String(decoding: field.name, as: UTF8.self)
            if field.isHarmless { text += "=" + String(decoding: field.value, as: UTF8.self) }
        }
        return text
    }
}

extension HeaderField {
    /// Whether the value says nothing that somebody might want to keep to themselves.
    fileprivate var isHarmless: Bool {
        switch String(decoding: name, as: UTF8.self) {
        case ":status", "content-type", "grpc-status", "grpc-encoding": true
        default: false
        }
    }
}
