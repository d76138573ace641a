import GRPC

/// What the client must have done before the script goes on.
package enum Awaited: String, CaseIterable, Equatable, Sendable {
    /// Any bytes at all.
    case bytes
    case preface
    /// The header block of the next request, which becomes the current stream.
    case headers
    /// A request with its END_STREAM, which becomes the current stream.
    case request
    case settingsAck = "settings-ack"
    case pingAck = "ping-ack"
    case reset
    case goAway = "goaway"
    case window
    /// The client's end of the connection.
    case close
}

/// A header block to send.
package struct HeadersStep: Equatable, Sendable {
    package var fields: [HeaderField] = []
    package var type = FrameType.headers
    package var end = false
    /// Without END_HEADERS.
    package var unfinished = false
    package var fragment: Int?
    package var pad: Int?
    package var stream: UInt32?
}

/// Bytes to send in DATA frames, inside the client's flow-control windows.
package struct DataStep: Equatable, Sendable {
    package var bytes: [UInt8] = []
    package var end = false
    package var pad: Int?
    /// How many bytes one frame holds.
    package var split: Int?
    /// Without regard to the windows.
    package var overrun = false
    package var stream: UInt32?
}

/// One line of a script.
package enum PeerStep: Equatable, Sendable {
    case await(Awaited)
    /// The server sends nothing on its own accord: no SETTINGS and no answers.
    case noSettings
    /// The client's SETTINGS and PING stay without an answer.
    case noAcks
    /// From now on nothing more is read from the client.
    case deaf
    case settings([Setting])
    case settingsAck
    case ping([UInt8])
    case headers(HeadersStep)
    case data(DataStep)
    case reset(code: UInt32, stream: UInt32?)
    case goAway(last: UInt32?, code: UInt32, debug: [UInt8])
    /// `stream` is 0 for the connection and nil for the current stream.
    case window(stream: UInt32?, increment: UInt32)
    case frame(Frame, ownStream: Bool, declaredLength: Int?)
    case raw([UInt8])
    /// From now on every byte is a write of its own, so many milliseconds after the last one.
    case trickle(milliseconds: Int)
    /// Sets the current stream.
    case stream(UInt32)
    case pause(milliseconds: Int)
    /// Sends FIN and goes on reading.
    case close
    /// Sends FIN, without the close_notify that TLS wants before it.
    case cut
    /// Bytes that go past TLS onto the connection.
    case beneath([UInt8])
    /// Sends RST.
    case abort
    /// Sends nothing more until the client has left.
    case silence
    indirect case repeated(Int, PeerStep)

    /// Whether the step only says how the rest is done.
    var isOption: Bool {
        switch self {
        case .noAcks, .trickle, .stream: true
        default: false
        }
    }

    var isRaw: Bool {
        if case .raw = self { true } else { false }
    }

    var isSettings: Bool {
        if case .settings = self { true } else { false }
    }
}
