/// Cuts a client's bytes into the connection preface and frames.
package struct FrameReader: Sendable {
    package private(set) var sawPreface = false
    private var pending: [UInt8] = []

    package init() {}

    /// What the peer was sent but cannot yet cut.
    package var rest: [UInt8] { pending }

    /// Takes bytes in and answers the frames that are complete now.
    package mutating func frames(in bytes: [UInt8]) throws(WireError) -> [Frame] {
        pending += bytes
        try takePreface()
        var frames: [Frame] = []
        var start = 0
        while sawPreface, pending.count - start >= 9 {
            let length = Int(UInt32(bigEndianBytes: pending[start..<start + 3]))
            let end = start + 9 + length
            guard end <= pending.count else { break }
            frames.append(
                Frame(
                    type: pending[start + 3], flags: pending[start + 4],
                    stream: UInt32(bigEndianBytes: pending[start + 5..<start + 9]) & 0x7fff_ffff,
                    payload: Array(pending[start + 9..<end])))
            start = end
        }
        pending.removeFirst(start)
        return frames
    }

    private mutating func takePreface() throws(WireError) {
        guard !sawPreface else { return }
        let preface = FrameWriter.preface
        guard pending.starts(with: preface.prefix(pending.count)) else {
            throw WireError("the client does not speak HTTP/2")
        }
        guard pending.count >= preface.count else { return }
        pending.removeFirst(preface.count)
        sawPreface = true
    }
}

extension Frame {
    /// The payload of DATA or HEADERS without padding and without the priority fields.
    package func content() throws(WireError) -> [UInt8] {
        var content = payload[...]
        if has(FrameFlags.padded) {
            guard let pad = content.popFirst(), Int(pad) <= content.count else {
                throw WireError("the padding is longer than the frame")
            }
            content = content.dropLast(Int(pad))
        }
        if type == FrameType.headers, has(FrameFlags.priority) {
            content = content.dropFirst(5)
        }
        return Array(content)
    }

    /// The entries of a SETTINGS frame.
    package var settings: [Setting] {
        stride(from: 0, to: payload.count - payload.count % 6, by: 6).map {
            Setting(
                identifier: UInt16(bigEndianBytes: payload[$0..<$0 + 2]),
                value: UInt32(bigEndianBytes: payload[$0 + 2..<$0 + 6]))
        }
    }

    /// The 32-bit number at `offset` of the payload; 0 where the payload is too short.
    package func number(at offset: Int) -> UInt32 {
        guard payload.count >= offset + 4 else { return 0 }
        return UInt32(bigEndianBytes: payload[offset..<offset + 4])
    }
}
