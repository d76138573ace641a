import Compression
import Foundation
import GRPC
import Testing

@Suite struct InflaterTests {
    /// The message that says SERVING, as Python's gzip and zlib compress it.
    private static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xE3, 0x60, 0x04, 0x00, 0x61,
        0xA8, 0x07, 0xFE, 0x02, 0x00, 0x00, 0x00,
    ]
    private static let zlib: [UInt8] = [
        0x78, 0x9C, 0xE3, 0x60, 0x04, 0x00, 0x00, 0x13, 0x00, 0x0A,
    ]

    @Test(arguments: [gzip, zlib])
    func `gzip and zlib are told apart by their headers`(bytes: [UInt8]) throws {
        #expect(try Inflater.inflate(bytes, limit: 4096) == [8, 1])
    }

    @Test(arguments: [gzip, zlib])
    func `a message cut anywhere is corrupt`(bytes: [UInt8]) {
        for count in 0..<bytes.count {
            #expect(throws: BadResponse.corruptCompression, "\(count) bytes") {
                try Inflater.inflate(Array(bytes.prefix(count)), limit: 4096)
            }
        }
    }

    @Test func `a wrong checksum is corrupt`() {
        for bytes in [Self.gzip, Self.zlib] {
            var damaged = bytes
            let index = bytes == Self.gzip ? 15 : bytes.count - 1
            damaged[index] ^= 1
            #expect(throws: BadResponse.corruptCompression) {
                try Inflater.inflate(damaged, limit: 4096)
            }
        }
    }

    @Test(
        arguments: [
            [], [0], [8, 1], Array("not compressed at all".utf8), [0x1F, 0x8B, 0x08],
            // Raw deflate data, without the header of zlib.
            [0xE3, 0x60, 0x04, 0x00],
        ] as [[UInt8]])
    func `anything else is corrupt`(bytes: [UInt8]) {
        #expect(throws: BadResponse.corruptCompression) {
            try Inflater.inflate(bytes, limit: 4096)
        }
    }

    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 100_000])
    func `the limit is exact`(size: Int) throws {
        let bytes = try stored([UInt8](repeating: 7, count: size))
        #expect(try Inflater.inflate(bytes, limit: size).count == size)
        guard size > 0 else { return }
        #expect(throws: BadResponse.inflatedTooLarge) {
            try Inflater.inflate(bytes, limit: size - 1)
        }
    }

    /// Data in zlib's format without compression (RFC 1950, RFC 1951 section 3.2.4), so that the
    /// test needs no compressor.
    private func stored(_ data: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        var rest = data[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let size = UInt16(block.count)
            bytes.append(rest.isEmpty ? 1 : 0)
            for number in [size, ~size] {
                bytes += [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
            }
            bytes += block
        } while !rest.isEmpty
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in data {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let checksum = high << 16 | low
        return bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> $0) }
    }
}
