import GRPC
import TestSupport
import Testing

@Suite struct WireTests {
    /// RFC 7541, appendix C.4: three requests on one connection, with Huffman codes and the
    /// dynamic table.
    @Test func requestsOfTheSpecificationAreDecoded() throws {
        var decoder = HPACKDecoder()
        let blocks = [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ]
        let decoded = try blocks.map { try lines(decoder.fields(of: bytes($0))) }
        let first = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]
        #expect(decoded[0] == first)
        #expect(decoded[1] == first + ["cache-control: no-cache"])
        #expect(
            decoded[2] == [
                ":method: GET", ":scheme: https", ":path: /index.html",
                ":authority: www.example.com", "custom-key: custom-value",
            ])
    }

    @Test(arguments: ["ff", "be", "80", "0003414243", "00018001", "828684418cf1"])
    func brokenBlocksAreNoticed(_ block: String) throws {
        var decoder = HPACKDecoder()
        #expect(throws: WireError.self) { try decoder.fields(of: bytes(block)) }
    }

    @Test(arguments: [0, 1, 126, 127, 128, 300, 70000])
    func whatIsWrittenIsRead(_ size: Int) throws {
        let field = HeaderField(name: [0x00, 0x41], value: [UInt8](repeating: 0xff, count: size))
        var decoder = HPACKDecoder()
        #expect(try decoder.fields(of: HeaderBlockWriter.block([field, field])) == [field, field])
    }

    @Test func framesAreTheSameInEveryChunking() throws {
        let frames = [
            Frame(type: 0x4), Frame(type: 0x1, flags: 5, stream: 1, payload: [1, 2, 3]),
            Frame(type: 0xff, flags: 0xff, stream: 0x7fff_ffff, payload: [0]),
        ]
        let whole = FrameWriter.preface + frames.flatMap { FrameWriter.frame($0) }
        for size in 1...whole.count {
            var reader = FrameReader()
            var seen: [Frame] = []
            for start in stride(from: 0, to: whole.count, by: size) {
                seen += try reader.frames(in: Array(whole[start...].prefix(size)))
            }
            #expect(seen == frames)
        }
    }

    @Test func otherProtocolsAreNoticed() {
        var reader = FrameReader()
        #expect(throws: WireError.self) { try reader.frames(in: Array("GET / HTTP".utf8)) }
    }

    @Test func blocksAreSplitAndPadded() throws {
        let written = FrameWriter.headers(
            block: [1, 2, 3, 4, 5], stream: 3, end: true, fragment: 2, pad: 1)
        var reader = FrameReader()
        let frames = try reader.frames(in: FrameWriter.preface + written)
        #expect(
            frames == [
                Frame(type: 0x1, flags: 0x9, stream: 3, payload: [1, 1, 2, 0]),
                Frame(type: 0x9, flags: 0x0, stream: 3, payload: [3, 4]),
                Frame(type: 0x9, flags: 0x4, stream: 3, payload: [5]),
            ])
        #expect(try frames[0].content() == [1, 2])
    }

    @Test func aLengthCanLie() {
        let written = FrameWriter.frame(Frame(type: 0, payload: [7]), declaredLength: 0x010203)
        #expect(written == [1, 2, 3, 0, 0, 0, 0, 0, 0, 7])
    }
}

/// Bytes from hexadecimal digits.
func bytes(_ digits: String) -> [UInt8] {
    stride(from: 0, to: digits.utf8.count, by: 2).compactMap {
        UInt8(digits.dropFirst($0).prefix(2), radix: 16)
    }
}

private func lines(_ fields: [HeaderField]) -> [String] {
    fields.map { String(decoding: $0.name + Array(": ".utf8) + $0.value, as: UTF8.self) }
}
