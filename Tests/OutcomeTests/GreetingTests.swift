import Outcome
import Testing

@Suite struct GreetingTests {
    @Test(
        arguments: [
            (Array("HTTP/1.1 400 Bad Request\r\n".utf8), .http1),
            (Array("HTTP/1.0 200 OK\r\n".utf8), .http1),
            (Array("HTTP/1.".utf8), .http1),
            (Array("HTTP/2".utf8), .other),
            (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), .ssh),
            // A TLS alert: unexpected message, and the handshake some servers begin.
            ([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0A], .tls),
            ([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46], .tls),
            ([0x16, 0x03, 0x03], .tls),
            ([0x15, 0x03], .tls),
            ([0x15], .other),
            ([0x15, 0x02], .other),
            ([0x17, 0x03, 0x03], .other),
            (Array("220 mail.example.com ESMTP\r\n".utf8), .other),
            (Array("-ERR unknown command 'PRI'\r\n".utf8), .other),
            ([], .other),
            ([0, 0, 0], .other),
        ] as [([UInt8], Greeting.Kind)])
    func `a foreign protocol is known by its first bytes`(bytes: [UInt8], kind: Greeting.Kind) {
        #expect(Greeting(bytes: bytes).kind == kind)
    }

    private static let frames: [[UInt8]] = [
        [0, 0, 0, 4, 0, 0, 0, 0, 0],
        [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0],
        [0, 0x40, 0, 4, 0, 0, 0, 0, 0],
        // Undefined flags and the reserved bit of the stream are ignored.
        [0, 0, 0, 4, 0xFE, 0x80, 0, 0, 0],
        // Wrong, but HTTP/2: an acknowledgement, SETTINGS on a stream, and what is no SETTINGS.
        [0, 0, 0, 4, 1, 0, 0, 0, 0],
        [0, 0, 0, 4, 0, 0, 0, 0, 1],
        [0, 0, 8, 6, 0, 0, 0, 0, 0],
        [0, 0, 4, 8, 0, 0, 0, 0, 0],
        [0, 0, 11, 7, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 4, 0, 0, 0, 1],
    ]

    @Test(arguments: frames)
    func `a frame can begin HTTP/2, from the first byte on`(bytes: [UInt8]) {
        for count in 0...bytes.count {
            #expect(Greeting.canBeginHTTP2(Array(bytes.prefix(count))))
        }
    }

    /// The bytes, and how many of them it takes to know.
    @Test(
        arguments: [
            (Array("HTTP/1.1 400 Bad Request".utf8), 1),
            (Array("SSH-2.0-OpenSSH_9.2".utf8), 1),
            ([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0A], 1),
            ([0, 0x40, 1, 4, 0, 0, 0, 0, 0], 3),  // larger than the largest frame
            ([0, 0, 0, 0, 0, 0, 0, 0, 0], 9),  // DATA of no stream
            ([0, 0, 7, 6, 0, 0, 0, 0, 0], 4),  // a PING that is too short
            ([0, 0, 7, 7, 0, 0, 0, 0, 0], 4),  // a GOAWAY that is too short
            ([0, 0, 0, 10, 0, 0, 0, 0, 0], 4),  // a frame that RFC 9113 does not know
            ([0, 0, 0, 4, 0, 1, 0, 0, 0], 6),  // on a stream that nobody has opened
            ([0, 0, 0, 4, 0, 0, 1, 0, 0], 7),
            ([0, 0, 0, 4, 0, 0, 0, 1, 0], 8),
            ([0, 0, 8, 6, 0, 0, 0, 0, 1], 9),  // a PING on a stream
        ] as [([UInt8], Int)])
    func `anything else cannot, as soon as it differs`(bytes: [UInt8], enough: Int) {
        for count in 0...bytes.count {
            #expect(Greeting.canBeginHTTP2(Array(bytes.prefix(count))) == (count < enough))
        }
    }
}
