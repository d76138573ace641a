import Testing

/// PROTOCOL-HTTP2.md, "Errors"; what that does not list is grpc-go's choice.
package struct HTTP2ErrorRow: Sendable, CustomTestStringConvertible {
    package var code: UInt32
    package var name: String
    package var status: String

    package var testDescription: String { name }

    package static let all: [HTTP2ErrorRow] = [
        HTTP2ErrorRow(code: 0x0, name: "NO_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x1, name: "PROTOCOL_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x2, name: "INTERNAL_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x3, name: "FLOW_CONTROL_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x4, name: "SETTINGS_TIMEOUT", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x5, name: "STREAM_CLOSED", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x6, name: "FRAME_SIZE_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0x7, name: "REFUSED_STREAM", status: "UNAVAILABLE"),
        HTTP2ErrorRow(code: 0x8, name: "CANCEL", status: "CANCELLED"),
        HTTP2ErrorRow(code: 0x9, name: "COMPRESSION_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0xa, name: "CONNECT_ERROR", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0xb, name: "ENHANCE_YOUR_CALM", status: "RESOURCE_EXHAUSTED"),
        HTTP2ErrorRow(code: 0xc, name: "INADEQUATE_SECURITY", status: "PERMISSION_DENIED"),
        HTTP2ErrorRow(code: 0xd, name: "HTTP_1_1_REQUIRED", status: "INTERNAL"),
        HTTP2ErrorRow(code: 0xe, name: "error 0xe", status: "UNKNOWN"),
        HTTP2ErrorRow(code: 0x1f, name: "error 0x1f", status: "UNKNOWN"),
        HTTP2ErrorRow(code: .max, name: "error 0xffffffff", status: "UNKNOWN"),
    ]
}
