import GRPC
import TestSupport

/// What servers send, byte for byte.
enum ServerBytes {
    static let settings = FrameWriter.settings([])

    static func headers(
        _ fields: [HeaderField], end: Bool, fragment: Int = FrameWriter.defaultFrameSize,
        pad: Int? = nil
    ) -> [UInt8] {
        FrameWriter.headers(
            block: HeaderBlockWriter.block(fields), stream: 1, end: end, fragment: fragment,
            pad: pad)
    }

    static let answer =
        headers(responseFields, end: false)
        + FrameWriter.data([0, 0, 0, 0, 2, 8, 1], stream: 1, end: false)
        + headers(okTrailers, end: true)

    /// A whole connection with a bit of everything that is legal.
    static let rich =
        FrameWriter.settings([
            Setting(identifier: 3, value: 100), Setting(identifier: 4, value: 1_000_000),
            Setting(identifier: 0x99, value: 7),
        ])
        + FrameWriter.windowUpdate(stream: 0, increment: 1_000_000)
        + FrameWriter.settingsAck
        + FrameWriter.ping([1, 2, 3, 4, 5, 6, 7, 8])
        + headers(fields([":status": "103", "link": "</x>"]), end: false)
        + headers(
            responseFields + fields(["x-long": String(repeating: "v", count: 100)]), end: false,
            fragment: 30, pad: 7)
        + FrameWriter.frame(Frame(type: 0xEE, flags: 0xFF, stream: 1, payload: [1, 2, 3]))
        + FrameWriter.data([0, 0, 0], stream: 1, end: false, pad: 20)
        + FrameWriter.data([], stream: 1, end: false)
        + FrameWriter.data([0, 2, 8, 1], stream: 1, end: false)
        + FrameWriter.frame(Frame(type: FrameType.priority, stream: 1, payload: [0, 0, 0, 0, 9]))
        + FrameWriter.ping([9, 9, 9, 9, 9, 9, 9, 9])
        + FrameWriter.settings([])
        + headers(okTrailers + fields(["grpc-message": ""]), end: true, pad: 0)

    static let goodbye = FrameWriter.goAway(lastStream: 1, code: 0, debug: Array("bye".utf8))

    /// A header block of a few kilobytes that stands for `count` times 4,000 bytes: one field
    /// put into the dynamic table and then named by its index (RFC 7541 section 6.1).
    static func bomb(count: Int) -> [UInt8] {
        let value = [UInt8](repeating: 0x61, count: 4000)
        let name: [UInt8] = [0x40, 1, 0x78]
        return name + HeaderBlockWriter.integer(value.count, prefix: 7) + value
            + [UInt8](repeating: 0xBE, count: count)
    }
}
