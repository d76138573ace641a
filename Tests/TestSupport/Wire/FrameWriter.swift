import GRPC

/// Writes HTTP/2 frames with nothing checked: what a misbehaving server sends is the point.
package enum FrameWriter {
    /// What a client sends first (RFC 9113 section 3.4).
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The largest payload that needs nobody's consent (RFC 9113 section 4.2).
    package static let defaultFrameSize = 16384

    /// One frame. `declaredLength` replaces the true length in the frame's header.
    package static func frame(_ frame: Frame, declaredLength: Int? = nil) -> [UInt8] {
        let length = UInt32(truncatingIfNeeded: declaredLength ?? frame.payload.count)
        return length.bigEndianBytes[1...] + [frame.type, frame.flags]
            + frame.stream.bigEndianBytes + frame.payload
    }

    package static func settings(_ settings: [Setting]) -> [UInt8] {
        let payload = settings.flatMap { $0.identifier.bigEndianBytes + $0.value.bigEndianBytes }
        return frame(Frame(type: FrameType.settings, payload: payload))
    }

    package static let settingsAck = frame(
        Frame(type: FrameType.settings, flags: FrameFlags.ack))

    package static func ping(_ payload: [UInt8], ack: Bool = false) -> [UInt8] {
        frame(Frame(type: FrameType.ping, flags: ack ? FrameFlags.ack : 0, payload: payload))
    }

    package static func reset(stream: UInt32, code: UInt32) -> [UInt8] {
        frame(Frame(type: FrameType.reset, stream: stream, payload: code.bigEndianBytes))
    }

    package static func windowUpdate(stream: UInt32, increment: UInt32) -> [UInt8] {
        frame(
            Frame(
                type: FrameType.windowUpdate, stream: stream, payload: increment.bigEndianBytes))
    }

    package static func goAway(lastStream: UInt32, code: UInt32, debug: [UInt8]) -> [UInt8] {
        let payload = lastStream.bigEndianBytes + code.bigEndianBytes + debug
        return frame(Frame(type: FrameType.goAway, payload: payload))
    }

    /// One DATA frame; `pad` adds the pad length octet and that many zeros.
    package static func data(
        _ bytes: some Collection<UInt8>, stream: UInt32, end: Bool, pad: Int? = nil
    ) -> [UInt8] {
        frame(
            Frame(
                type: FrameType.data,
                flags: (end ? FrameFlags.endStream : 0) | (pad == nil ? 0 : FrameFlags.padded),
                stream: stream, payload: padded(Array(bytes), by: pad)))
    }

    /// A header block as HEADERS (or PUSH_PROMISE) and as many CONTINUATION frames as it needs.
    ///
    /// - Parameter fragment: How many bytes of the block one frame holds.
    /// - Parameter finished: Whether the last frame says END_HEADERS.
    package static func headers(
        block: [UInt8], type: UInt8 = FrameType.headers, stream: UInt32, end: Bool,
        fragment: Int = defaultFrameSize, pad: Int? = nil, finished: Bool = true
    ) -> [UInt8] {
        let overhead = pad.map { $0 + 1 } ?? 0
        let first = block.prefix(max(min(fragment, defaultFrameSize - overhead), 0))
        var rest = block.dropFirst(first.count)
        let flags = (end ? FrameFlags.endStream : 0) | (pad == nil ? 0 : FrameFlags.padded)
        let whole = finished && rest.isEmpty ? FrameFlags.endHeaders : 0
        var bytes = frame(
            Frame(
                type: type, flags: flags | whole, stream: stream,
                payload: padded(Array(first), by: pad)))
        while !rest.isEmpty {
            let piece = rest.prefix(max(fragment, 1))
            rest = rest.dropFirst(piece.count)
            let last = finished && rest.isEmpty
            bytes += frame(
                Frame(
                    type: FrameType.continuation, flags: last ? FrameFlags.endHeaders : 0,
                    stream: stream, payload: Array(piece)))
        }
        return bytes
    }

    /// A gRPC message with its five-byte prefix (PROTOCOL-HTTP2, "Length-Prefixed-Message").
    package static func message(
        _ payload: [UInt8], flag: UInt8 = 0, declaredLength: UInt32? = nil
    ) -> [UInt8] {
        [flag] + (declaredLength ?? UInt32(payload.count)).bigEndianBytes + payload
    }

    private static func padded(_ payload: [UInt8], by pad: Int?) -> [UInt8] {
        guard let pad else { return payload }
        return [UInt8(truncatingIfNeeded: pad)] + payload + [UInt8](repeating: 0, count: pad)
    }
}

/// Writes header blocks of literals without indexing and without Huffman codes
/// (RFC 7541 section 6.2.2), so that every byte of a name or value can be chosen.
package enum HeaderBlockWriter {
    package static func block(_ fields: [HeaderField]) -> [UInt8] {
        fields.flatMap { [0x00] + string($0.name) + string($0.value) }
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        integer(bytes.count, prefix: 7) + bytes
    }

    /// An integer with the given number of prefix bits (RFC 7541 section 5.1).
    package static func integer(_ value: Int, prefix: Int) -> [UInt8] {
        let limit = (1 << prefix) - 1
        guard value >= limit else { return [UInt8(value)] }
        var bytes = [UInt8(limit)]
        var rest = value - limit
        while rest >= 128 {
            bytes.append(UInt8(rest % 128 + 128))
            rest /= 128
        }
        return bytes + [UInt8(rest)]
    }
}
