import Basics
import GRPC
import Testing

@Suite struct MessageReaderTests {
    /// Reads `chunks` and returns the messages; `isInside` says whether something is missing.
    private func read(
        _ chunks: [[UInt8]], encoding: String? = nil
    ) throws(MessageReader.Violation) -> (messages: [[UInt8]], isInside: Bool) {
        var reader = MessageReader(encoding: encoding.map { Array($0.utf8) })
        var messages: [GRPCMessage] = []
        for chunk in chunks { try reader.append(chunk, to: &messages) }
        return (messages.map(\.bytes), reader.isInsideMessage)
    }

    private static let messages: [[UInt8]] = [
        [8, 1], [], Array(repeating: 7, count: 300), [], [], [0, 0, 0, 0, 0], [1],
    ]
    private static let stream = messages.flatMap { MessagePrefix.framed($0) }

    @Test func `a message is framed by a flag and its length in network order`() {
        #expect(MessagePrefix.framed([]) == [0, 0, 0, 0, 0])
        #expect(MessagePrefix.framed([8, 1]) == [0, 0, 0, 0, 2, 8, 1])
        let long = [UInt8](repeating: 9, count: 0x01_0203)
        #expect(MessagePrefix.framed(long).prefix(5) == [0, 0, 1, 2, 3])
        #expect(MessagePrefix.framed(long).dropFirst(5).elementsEqual(long))
    }

    @Test func `all messages can come in one chunk`() throws {
        let result = try read([Self.stream])
        #expect(result.messages == Self.messages)
        #expect(!result.isInside)
    }

    @Test func `bytes can come one by one, with nothing between them`() throws {
        let result = try read(Self.stream.flatMap { [[$0], []] })
        #expect(result.messages == Self.messages)
        #expect(!result.isInside)
    }

    @Test func `the stream can be split anywhere`() throws {
        for index in Self.stream.indices {
            let head = Array(Self.stream[..<index])
            #expect(try read([head, Array(Self.stream[index...])]).messages == Self.messages)
        }
    }

    @Test func `every beginning of a message is known to be incomplete`() throws {
        let message = MessagePrefix.framed([8, 1])
        for count in 1..<message.count {
            let result = try read([Array(message.prefix(count))])
            #expect(result.isInside, "\(count) bytes")
            #expect(result.messages.isEmpty)
        }
        #expect(try !read([[]]).isInside)
        #expect(try !read([message]).isInside)
        #expect(try read([message + [0]]).isInside)
    }

    @Test func `a message of 4 MiB is the largest`() throws {
        let message = [UInt8](repeating: 1, count: 4_194_304)
        #expect(try read([MessagePrefix.framed(message)]).messages == [message])
    }

    @Test(
        arguments: [
            ([0, 0x00, 0x40, 0x00, 0x01], nil, .tooLarge(4_194_305)),
            ([0, 0xFF, 0xFF, 0xFF, 0xFF], nil, .tooLarge(4_294_967_295)),
            ([2, 0, 0, 0, 0], nil, .badCompressedFlag(2)),
            ([0xFF, 0, 0, 0, 1], "gzip", .badCompressedFlag(255)),
            ([1, 0, 0, 0, 0], nil, .compressedWithoutEncoding),
            ([1, 0, 0, 0, 1], "identity", .compressedWithoutEncoding),
            ([1, 0, 0, 0, 1], "br", .unsupportedEncoding(Array("br".utf8))),
            ([1, 0, 0, 0, 1], "GZIP", .unsupportedEncoding(Array("GZIP".utf8))),
            ([1, 0, 0, 0, 1], "bogus", .unsupportedEncoding(Array("bogus".utf8))),
            ([1, 0, 0, 0, 1], "", .unsupportedEncoding([])),
        ] as [([UInt8], String?, MessageReader.Violation)])
    func `a prefix alone is enough to refuse a message`(
        prefix: [UInt8], encoding: String?, violation: MessageReader.Violation
    ) throws {
        #expect(throws: violation) { try read([prefix], encoding: encoding) }
        #expect(throws: violation) { try read(prefix.map { [$0] }, encoding: encoding) }
        // Nothing is refused before the prefix is whole, and messages before it are delivered.
        #expect(try read([Array(prefix.dropLast())], encoding: encoding).isInside)
        var reader = MessageReader(encoding: encoding.map { Array($0.utf8) })
        var messages: [GRPCMessage] = []
        #expect(throws: violation) {
            try reader.append(MessagePrefix.framed([8, 1]) + prefix, to: &messages)
        }
        #expect(messages.map(\.bytes) == [[8, 1]])
    }

    @Test func `the messages of one connection have 4 MiB together`() throws {
        let room = MessageRoom()
        var kept: [GRPCMessage] = []
        for count in 1...4 {
            var reader = MessageReader(encoding: nil, in: room)
            try reader.append(MessagePrefix.framed(Array(repeating: 1, count: 1 << 20)), to: &kept)
            #expect(kept.count == count)
        }
        var another = MessageReader(encoding: nil, in: room)
        #expect(throws: MessageReader.Violation.noRoom) {
            try another.append([0, 0, 0, 0x10, 0x01], to: &kept)
        }
        // Small ones do not count, and who has read one makes room.
        var small = MessageReader(encoding: nil, in: room)
        try small.append(MessagePrefix.framed(Array(repeating: 1, count: 4096)), to: &kept)
        kept.removeFirst()
        another = MessageReader(encoding: nil, in: room)
        try another.append([0, 0, 0x10, 0, 0], to: &kept)
        #expect(another.isInsideMessage)
        // So does a message that never came to its end.
        another = MessageReader(encoding: nil, in: room)
        try another.append([0, 0, 0x10, 0, 0], to: &kept)
        #expect(another.isInsideMessage)
    }

    @Test(arguments: [nil, "identity", "gzip", "bogus"])
    func `an uncompressed message is taken whatever the encoding`(encoding: String?) throws {
        #expect(try read([MessagePrefix.framed([8, 1])], encoding: encoding).messages == [[8, 1]])
    }

    @Test(arguments: ["gzip", "deflate"])
    func `each message says whether it is compressed`(encoding: String) throws {
        var reader = MessageReader(encoding: Array(encoding.utf8))
        var messages: [GRPCMessage] = []
        try reader.append([1, 0, 0, 0, 1, 9, 0, 0, 0, 0, 1, 8], to: &messages)
        #expect(
            messages == [
                GRPCMessage(bytes: [9], isCompressed: true),
                GRPCMessage(bytes: [8], isCompressed: false),
            ])
    }
}
