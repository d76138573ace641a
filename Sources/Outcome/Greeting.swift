import Basics

/// The first bytes of a peer that does not speak HTTP/2, and what they look like.
package struct Greeting: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case http1
        case tls
        case ssh
        case other
    }

    /// The size of a frame header (RFC 9113 section 4.1): so many bytes tell HTTP/2 apart.
    package static let frameHeaderSize = 9

    /// What was received; `Limits.greetingSize` bytes of it are enough.
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var kind: Kind {
        // A TLS record: alert or handshake, then the version's major number (RFC 8446, 5.1).
        if bytes.count >= 2, bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 0x03 { return .tls }
        if bytes.starts(with: Array("HTTP/1.".utf8)) { return .http1 }
        if bytes.starts(with: Array("SSH-".utf8)) { return .ssh }
        return .other
    }

    /// Whether this is how an HTTP/2 server begins.
    package var isHTTP2: Bool {
        bytes.count >= Greeting.frameHeaderSize && Greeting.canBeginHTTP2(bytes)
    }

    /// Whether it has told what it can: a line, plenty of bytes, or what needs no more of them.
    package var isWhole: Bool {
        bytes.count >= Limits.greetingSize || bytes.contains(UInt8(ascii: "\n")) || kind == .tls
            || isHTTP2
    }

    /// Whether `bytes` can be the beginning of a TLS server's first record: a handshake message
    /// or an alert, in a version of TLS (RFC 8446 section 5.1).
    package static func canBeginTLS(_ bytes: [UInt8]) -> Bool {
        if let first = bytes.first, first != 0x15, first != 0x16 { return false }
        return bytes.count < 2 || bytes[1] == 0x03
    }

    /// Whether `bytes` can be the beginning of what an HTTP/2 server says first: a frame of RFC
    /// 9113 with a length that its type allows, about the connection or one of the first streams.
    /// True as long as the bytes so far do not rule it out.
    ///
    /// That this frame has to be SETTINGS (RFC 9113 section 3.4) is a rule of HTTP/2, and
    /// whoever breaks it does speak HTTP/2.
    package static func canBeginHTTP2(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 3 else { return bytes.first ?? 0 == 0 }
        // No server can send a frame over the default size of 16,384 bytes before our SETTINGS.
        let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        guard length <= 16_384 else { return false }
        guard bytes.count >= 4 else { return true }
        let isLengthOfType =
            switch bytes[3] {
            case 0, 1, 4, 5, 9: true  // DATA, HEADERS, SETTINGS, PUSH_PROMISE, CONTINUATION
            case 2: length == 5  // PRIORITY
            case 3, 8: length == 4  // RST_STREAM, WINDOW_UPDATE
            case 6: length == 8  // PING
            case 7: length >= 8  // GOAWAY
            default: false
            }
        guard isLengthOfType else { return false }
        // The highest bit of the stream identifier is reserved and ignored.
        for index in 5..<8 where bytes.count > index {
            let octet = index == 5 ? bytes[index] & 0x7f : bytes[index]
            if octet != 0 { return false }
        }
        guard bytes.count >= frameHeaderSize else { return true }
        return switch bytes[3] {
        case 4, 8: true  // SETTINGS on a stream is a broken rule, too
        case 6, 7: bytes[8] == 0
        default: bytes[8] != 0
        }
    }
}
