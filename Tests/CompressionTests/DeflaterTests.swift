import Compression
import Testing

@Suite struct DeflaterTests {
    @Test(arguments: [0, 1, 11, 255, 256, 512, 513, 4_096, 100_000])
    func `what is compressed can be read again`(size: Int) throws {
        // Nothing that compresses well: the worst case of the room that is made.
        var state: UInt32 = 1
        let random = (0..<size).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        for message in [random, [UInt8](repeating: 7, count: size)] {
            let compressed = try #require(Deflater.gzip(message))
            #expect(try Inflater.inflate(compressed, limit: size) == message)
        }
    }

    @Test func `the format is gzip`() throws {
        let compressed = try #require(Deflater.gzip([8, 1]))
        // The magic number, and 8 for deflate (RFC 1952 section 2.3.1).
        #expect(compressed.starts(with: [0x1F, 0x8B, 8]))
    }

    @Test func `a long name becomes short`() throws {
        let name = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000)
        #expect(try #require(Deflater.gzip(name)).count < 100)
    }
}
