/// An HTTP/2 error code, as RST_STREAM and GOAWAY carry it (RFC 9113 section 7). Open: unknown
/// codes are kept.
package struct HTTP2ErrorCode: Equatable, Sendable {
    package var rawValue: UInt32

    package init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let noError = HTTP2ErrorCode(0x0)
    package static let protocolError = HTTP2ErrorCode(0x1)
    package static let refusedStream = HTTP2ErrorCode(0x7)
    package static let cancel = HTTP2ErrorCode(0x8)
    package static let enhanceYourCalm = HTTP2ErrorCode(0xb)

    /// The name in RFC 9113's spelling; `error 0x1f` for a code it does not name.
    package var name: String {
        switch rawValue {
        case 0x0: "NO_ERROR"
        case 0x1: "PROTOCOL_ERROR"
        case 0x2: "INTERNAL_ERROR"
        case 0x3: "FLOW_CONTROL_ERROR"
        case 0x4: "SETTINGS_TIMEOUT"
        case 0x5: "STREAM_CLOSED"
        case 0x6: "FRAME_SIZE_ERROR"
        case 0x7: "REFUSED_STREAM"
        case 0x8: "CANCEL"
        case 0x9: "COMPRESSION_ERROR"
        case 0xa: "CONNECT_ERROR"
        case 0xb: "ENHANCE_YOUR_CALM"
        case 0xc: "INADEQUATE_SECURITY"
        case 0xd: "HTTP_1_1_REQUIRED"
        default: "error 0x" + String(rawValue, radix: 16)
        }
    }
}

extension GRPCStatusCode {
    /// The status of a call that RST_STREAM ended (PROTOCOL-HTTP2.md, "Errors").
    ///
    /// Where the document and grpc-go differ (FLOW_CONTROL_ERROR) the document is followed;
    /// codes the document does not list are grpc-go's choice.
    package static func from(reset code: HTTP2ErrorCode) -> GRPCStatusCode {
        switch code.rawValue {
        case 0x7: .unavailable
        case 0x8: .cancelled
        case 0xb: .resourceExhausted
        case 0xc: .permissionDenied
        case 0x0...0xd: .internal
        default: .unknown
        }
    }
}
