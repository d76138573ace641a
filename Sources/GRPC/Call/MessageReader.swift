import Basics

/// Cuts a stream of bytes into gRPC messages (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"):
/// one byte of Compressed-Flag, four bytes of length in network order, the message.
///
/// The bytes may come in any chunks. What the prefix declares is checked as soon as it is
/// complete, before room is made for the message.
package struct MessageReader {
    /// Why the bytes are not acceptable messages.
    package enum Violation: Error, Equatable, Sendable {
        /// The Compressed-Flag is neither 0 nor 1.
        case badCompressedFlag(UInt8)
        /// The flag is 1, but `grpc-encoding` is absent or `identity`.
        case compressedWithoutEncoding
        /// The flag is 1, and the encoding is one that nobody here can decode.
        case unsupportedEncoding([UInt8])
        /// The declared length is over `Limits.messageSize`.
        case tooLarge(Int)
        /// The messages that wait on the connection are over `Limits.messageRoom`.
        case noRoom
    }

    /// The encodings of compressed messages that are understood. Servers compress unasked, so
    /// this is more than what a request offers.
    package static let encodings = ["gzip", "deflate"]

    private let encoding: [UInt8]?
    private let room: MessageRoom?
    /// How many bytes of the prefix are there, and what they say.
    private var prefixCount = 0
    private var flag: UInt8 = 0
    private var length = 0
    private var message: [UInt8] = []
    private var share: MessageRoom.Share?
    private var missing = 0

    /// - Parameters:
    ///   - encoding: the value of the response's `grpc-encoding`.
    ///   - room: what the message shares with those of other calls; nil where there are none.
    package init(encoding: [UInt8]?, in room: MessageRoom? = nil) {
        self.encoding = encoding
        self.room = room
    }

    /// Whether the bytes so far end inside a prefix or a message.
    package var isInsideMessage: Bool { prefixCount > 0 }

    /// Takes bytes in, appending each message they complete.
    package mutating func append(
        _ bytes: [UInt8], to messages: inout [GRPCMessage]
    ) throws(Violation) {
        var position = 0
        while position < bytes.count {
            if prefixCount < MessagePrefix.size {
                takePrefix(bytes[position])
                position += 1
                guard prefixCount == MessagePrefix.size else { continue }
                try begin()
            }
            let end = position + min(missing, bytes.count - position)
            message += bytes[position..<end]
            missing -= end - position
            position = end
            if missing == 0 {
                messages.append(
                    GRPCMessage(bytes: message, isCompressed: flag == 1, share: share))
                message = []
                share = nil
                prefixCount = 0
            }
        }
    }

    private mutating func takePrefix(_ byte: UInt8) {
        if prefixCount == 0 {
            (flag, length) = (byte, 0)
        } else {
            length = length << 8 | Int(byte)
        }
        prefixCount += 1
    }

    private mutating func begin() throws(Violation) {
        guard length <= Limits.messageSize else { throw .tooLarge(length) }
        switch flag {
        case 0: break
        case 1:
            guard let encoding, encoding != Array("identity".utf8) else {
                throw .compressedWithoutEncoding
            }
            guard Self.encodings.contains(where: { encoding.elementsEqual($0.utf8) }) else {
                throw .unsupportedEncoding(encoding)
            }
        default: throw .badCompressedFlag(flag)
        }
        if let room, length > Limits.smallMessage {
            guard let share = room.share(of: length) else { throw .noRoom }
            self.share = share
        }
        missing = length
        message.reserveCapacity(length)
    }
}

/// One message of a stream, without its prefix.
package struct GRPCMessage {
    package var bytes: [UInt8]
    /// Whether `bytes` have to be decompressed first.
    package var isCompressed: Bool
    /// What the message takes of its connection's room, as long as it is there.
    private let share: MessageRoom.Share?

    package init(bytes: [UInt8], isCompressed: Bool, share: MessageRoom.Share? = nil) {
        self.bytes = bytes
        self.isCompressed = isCompressed
        self.share = share
    }
}

extension GRPCMessage: Equatable {
    package static func == (left: GRPCMessage, right: GRPCMessage) -> Bool {
        left.isCompressed == right.isCompressed && left.bytes == right.bytes
    }
}

/// The memory that the messages of one connection may take together (`Limits.messageRoom`).
package final class MessageRoom {
    private var free = Limits.messageRoom

    package init() {}

    /// Room for a message of this size in bytes; nil when there is not enough left.
    package func share(of size: Int) -> Share? {
        guard size <= free else { return nil }
        free -= size
        return Share(size, of: self)
    }

    /// A part of the room, given back when nobody holds it any more.
    package final class Share {
        private let size: Int
        private let room: MessageRoom

        fileprivate init(_ size: Int, of room: MessageRoom) {
            self.size = size
            self.room = room
        }

        deinit { room.free += size }
    }
}

/// The five bytes before every gRPC message.
package enum MessagePrefix {
    package static let size = 5

    /// A message with its prefix.
    ///
    /// - Parameter isCompressed: whether the bytes are in the encoding that `grpc-encoding` names.
    package static func framed(_ message: [UInt8], isCompressed: Bool = false) -> [UInt8] {
        framed(size: message.count, isCompressed: isCompressed) { $0 += message }
    }

    /// The message that `write` appends, with its prefix.
    ///
    /// - Parameter expected: its size, as far as it is known.
    package static func framed(
        size expected: Int, isCompressed: Bool = false, _ write: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        var bytes: [UInt8] = Array(capacity: size + expected) { prefix in
            for _ in 0..<size { prefix.append(0) }
        }
        write(&bytes)
        let length = UInt32(bytes.count - size)
        bytes[0] = isCompressed ? 1 : 0
        for place in 1..<size {
            bytes[place] = UInt8(truncatingIfNeeded: length >> UInt32(8 * (size - 1 - place)))
        }
        return bytes
    }
}
