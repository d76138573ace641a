import HTTP2
import Network
import ProbeCore

/// A byte stream and the HTTP/2 session that speaks on it, with the bytes on their way between
/// the two.
final class Transport {
    let session: HTTP2Session
    private let stream: ByteStream
    /// Bytes of the session that the socket has not taken yet.
    private var pending: [UInt8] = []
    /// Something was read and nothing written since that would have told the peer.
    private var owesAcknowledgement = false
    /// Writing has failed. What the peer wrote before is still worth reading.
    private var cannotWrite = false
    /// The peer's first bytes, until they are enough to tell HTTP/2 from anything else.
    private(set) var greeting: [UInt8] = []
    /// The greeting is that of another protocol.
    private(set) var isForeign = false
    private var isRecognized = false
    /// When the wait for the rest of a foreign greeting ends.
    private(set) var greetingEnd: Instant?

    init(_ stream: ByteStream, _ session: HTTP2Session) {
        self.stream = stream
        self.session = session
    }

    func register(in poller: Poller) {
        stream.register(
            in: poller, read: pending.count < Limits.pendingOutput,
            write: !pending.isEmpty && !cannotWrite)
    }

    /// Moves what the socket has, one read at most, into the session, and the session's answers
    /// out. Returns why nothing more can come, once that is so.
    func receive(_ poller: Poller) -> Cause? {
        defer { flush() }
        guard stream.isReadable(in: poller) else { return nil }
        var failure: HTTP2Error?
        let progress = stream.read { bytes in
            do throws(HTTP2Error) {
                try take(bytes)
            } catch {
                failure = error
            }
        }
        if let failure {
            switch failure {
            case .outOfMemory: return .protocolViolation("out of memory")
            case .library(let text): return .protocolViolation(text)
            }
        }
        switch progress {
        case .moved:
            owesAcknowledgement = true
            return nil
        case .wait: return nil
        case .end: return .connectionLost(.closed)
        case .failed(let error): return .connectionLost(.broken(error))
        }
    }

    private func take(_ bytes: Span<UInt8>) throws(HTTP2Error) {
        if isRecognized {
            try session.receive(bytes)
            return
        }
        for index in bytes.indices where greeting.count < Limits.readSize {
            greeting.append(bytes[index])
        }
        guard Greeting.canBeginHTTP2(greeting) else {
            isForeign = true
            return
        }
        guard greeting.count >= Greeting.frameHeaderSize else { return }
        isRecognized = true
        let frames = greeting
        greeting = []
        try session.receive(frames.span)
    }

    /// Whether a foreign greeting has told what it can: a line, or plenty of bytes.
    var hasWholeGreeting: Bool {
        greeting.count >= Limits.greetingSize || greeting.contains(UInt8(ascii: "\n"))
            || Greeting(bytes: greeting).kind == .tls
    }

    /// Whether the time for the rest of a foreign greeting is up; the first call starts it.
    func greetingIsOver(now: Instant) -> Bool {
        if let greetingEnd { return greetingEnd <= now }
        greetingEnd = now.advanced(by: Limits.farewell)
        return false
    }

    /// Writes what the session has to say, as far as the socket takes it.
    func flush() {
        collect()
        while !pending.isEmpty, !cannotWrite {
            switch stream.write(pending) {
            case .moved(let count):
                pending.removeFirst(count)
                owesAcknowledgement = false
            case .wait: return
            case .end, .failed: cannotWrite = true
            }
        }
    }

    private func collect() {
        guard !cannotWrite else {
            pending = []
            return
        }
        do throws(HTTP2Error) {
            try session.takeOutput(into: &pending)
        } catch {
            cannotWrite = true
        }
    }

    /// Before a wait for more: lets the peer know what has arrived.
    func acknowledge() {
        guard owesAcknowledgement else { return }
        owesAcknowledgement = false
        stream.acknowledgeReads()
    }

    /// GOAWAY(NO_ERROR), then FIN.
    func sayGoodbye() {
        // A session that is closing sends nothing else any more, so the last RST_STREAM is taken
        // out of it before.
        collect()
        session.sayGoAway()
        flush()
        stream.finishWriting()
    }

    /// Reads and drops what the peer still sends, so that the socket is not closed on unread
    /// bytes: that would be a reset. Returns whether the peer has closed its side.
    func drain(_ poller: Poller) -> Bool {
        guard stream.isReadable(in: poller) else { return false }
        switch stream.read({ _ in }) {
        case .moved, .wait: return false
        case .end, .failed: return true
        }
    }
}
