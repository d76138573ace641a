import GRPC

/// One request as the scripted server saw it.
package struct ClientRequest: Equatable, Sendable {
    package var stream: UInt32
    package var headers: [HeaderField]
    /// The content of all DATA frames.
    package var body: [UInt8] = []
    /// Whether END_STREAM was seen.
    package var isComplete = false

    package init(stream: UInt32, headers: [HeaderField], isComplete: Bool = false) {
        self.stream = stream
        self.headers = headers
        self.isComplete = isComplete
    }

    /// The values of every field with this name, in order.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name == Array(name.utf8) }.map {
            String(decoding: $0.value, as: UTF8.self)
        }
    }

    package var names: [String] { headers.map { String(decoding: $0.name, as: UTF8.self) } }

    /// The one uncompressed gRPC message of the body, or nil where the body is anything else.
    package var message: [UInt8]? { onlyMessage(flag: 0) }

    /// The same with Compressed-Flag 1, still compressed.
    package var compressedMessage: [UInt8]? { onlyMessage(flag: 1) }

    private func onlyMessage(flag: UInt8) -> [UInt8]? {
        guard body.count >= 5, body[0] == flag,
            Int(UInt32(bigEndianBytes: body[1..<5])) == body.count - 5
        else { return nil }
        return Array(body[5...])
    }
}

/// How a client left.
package enum ClientEnd: Equatable, Sendable {
    /// It has not left.
    case open
    /// FIN, and close_notify before it where the connection speaks TLS.
    case finished
    /// FIN without close_notify.
    case truncated
    /// RST, or writing to it failed.
    case reset
}

/// All that a client did on one connection.
package struct PeerRecord: Equatable, Sendable {
    package struct Reset: Equatable, Sendable {
        package var stream: UInt32
        package var code: UInt32
    }

    package struct GoAway: Equatable, Sendable {
        package var lastStream: UInt32
        package var code: UInt32
        package var debug: [UInt8]
    }

    package var byteCount = 0
    package var sawPreface = false
    package var settings: [Setting] = []
    package var settingsAcks = 0
    package var requests: [ClientRequest] = []
    package var resets: [Reset] = []
    package var goAways: [GoAway] = []
    package var pings: [[UInt8]] = []
    package var pingAcks: [[UInt8]] = []
    package var windowUpdates = 0
    package var end = ClientEnd.open
    /// What the client said first, if it speaks TLS.
    package var hello: ClientHello?
    /// Nil where the server does not speak TLS.
    package var tls: PeerTLSRecord?
    /// Why the client's bytes could not be read as HTTP/2, if so.
    package var malformed: String?
    /// The script's line that was being waited for, nil once the script was through.
    package var waitingAtLine: Int?

    package init() {}

    /// Whether the client said goodbye: GOAWAY with NO_ERROR, then FIN, and never RST.
    package var isPolite: Bool {
        end == .finished && !goAways.isEmpty && goAways.allSatisfy { $0.code == 0 }
    }
}

/// What a scripted server does next; the order counts.
package enum PeerAction: Equatable, Sendable {
    /// One write.
    case send([UInt8])
    case pause(milliseconds: Int)
    /// FIN; reading goes on.
    case close
    /// FIN, without the close_notify that TLS wants before it.
    case cut
    /// A write that goes past TLS.
    case sendBeneath([UInt8])
    /// RST, and nothing after it.
    case abort
    /// Reading ends, the connection stays.
    case stopReading
}
