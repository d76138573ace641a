/// What a TLS client says first (RFC 8446 section 4.1.2), as far as a server chooses by it.
package struct ClientHello: Equatable, Sendable {
    /// The host that the client wants (server_name, RFC 6066 section 3), if it says so.
    package private(set) var serverName: String?
    /// ALPN (RFC 7301), in the client's order.
    package private(set) var protocols: [String] = []
    /// `1.3` and so on, the client's favourite first.
    package private(set) var versions: [String] = []
    /// The key exchanges that it knows (supported_groups), its favourite first.
    package private(set) var groups: [String] = []
    /// Those that it has already sent its half of (key_share).
    package private(set) var keyShares: [String] = []
    /// How the server may compress its certificates (compress_certificate, RFC 8879): the numbers.
    package private(set) var compressions: [Int] = []

    /// Reads what has arrived so far; nil while the message is not complete, or is none.
    package init?(_ bytes: [UInt8]) {
        guard let message = Self.firstMessage(in: bytes), message.first == 1 else { return nil }
        var reader = ByteReader(message.dropFirst(4))
        let newest = reader.number(2)
        reader.skip(32)
        _ = reader.block(1)
        _ = reader.block(2)
        _ = reader.block(1)
        versions = [Self.name(ofVersion: newest)]
        var extensions = ByteReader(reader.block(2))
        while !extensions.isEmpty {
            let type = extensions.number(2)
            take(type, ByteReader(extensions.block(2)))
        }
    }

    private mutating func take(_ type: Int, _ content: ByteReader) {
        var content = content
        switch type {
        case 0:
            var names = ByteReader(content.block(2))
            guard names.number(1) == 0 else { return }
            serverName = String(decoding: names.block(2), as: UTF8.self)
        case 10:
            var list = ByteReader(content.block(2))
            while !list.isEmpty { groups.append(Self.name(ofGroup: list.number(2))) }
        case 51:
            var list = ByteReader(content.block(2))
            while !list.isEmpty {
                keyShares.append(Self.name(ofGroup: list.number(2)))
                _ = list.block(2)
            }
        case 16:
            var names = ByteReader(content.block(2))
            while !names.isEmpty {
                protocols.append(String(decoding: names.block(1), as: UTF8.self))
            }
        case 27:
            var list = ByteReader(content.block(1))
            while !list.isEmpty { compressions.append(list.number(2)) }
        case 43:
            var list = ByteReader(content.block(1))
            versions = []
            while !list.isEmpty { versions.append(Self.name(ofVersion: list.number(2))) }
        default: break
        }
    }

    /// The first handshake message, put together from the records that carry it.
    private static func firstMessage(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var message: [UInt8] = []
        var records = ByteReader(bytes[...])
        while records.number(1) == 22 {
            records.skip(2)
            message += records.block(2)
            guard message.count >= 4 else { continue }
            let size = message[1...3].reduce(0) { $0 << 8 | Int($1) }
            if message.count >= 4 + size { return message[..<(4 + size)] }
        }
        return nil
    }

    private static func name(ofGroup number: Int) -> String {
        switch number {
        case 0x17: "P-256"
        case 0x18: "P-384"
        case 0x19: "P-521"
        case 0x1D: "X25519"
        case 0x11EC: "X25519MLKEM768"
        default: String(number, radix: 16)
        }
    }

    private static func name(ofVersion number: Int) -> String {
        switch number {
        case 0x0301...0x0304: "1.\(number - 0x0301)"
        case 0x0300: "SSL 3"
        default: String(number, radix: 16)
        }
    }
}

/// Takes numbers and blocks from bytes; what is not there is zero, or empty.
private struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func skip(_ count: Int) {
        rest = rest.dropFirst(count)
    }

    mutating func number(_ count: Int) -> Int {
        defer { skip(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }

    /// A block whose size stands before it, in a number of `count` bytes.
    mutating func block(_ count: Int) -> ArraySlice<UInt8> {
        let size = number(count)
        defer { skip(size) }
        return rest.prefix(size)
    }
}
