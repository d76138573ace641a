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

    /// Whether `bytes` can be the beginning of a server's connection preface: a SETTINGS frame
    /// on stream 0 that is not an acknowledgement (RFC 9113 section 3.4). True as long as the
    /// bytes so far do not rule it out.
    package static func canBeginHTTP2(_ bytes: [UInt8]) -> Bool {
        let settings: UInt8 = 4
        let acknowledged: UInt8 = 1
        // No server can send a frame over the default size of 16,384 bytes before our SETTINGS.
        if bytes.count >= 3 {
            let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
            if length > 16_384 { return false }
        } else if let first = bytes.first, first != 0 {
            return false
        }
        if bytes.count >= 4, bytes[3] != settings { return false }
        if bytes.count >= 5, bytes[4] & acknowledged != 0 { return false }
        // The highest bit of the stream identifier is reserved and ignored.
        for index in 5..<9 where bytes.count > index {
            let octet = index == 5 ? bytes[index] & 0x7f : bytes[index]
            if octet != 0 { return false }
        }
        return true
    }
}
