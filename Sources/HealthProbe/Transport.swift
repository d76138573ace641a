import HTTP2
import Network
import ProbeCore
import TLS

/// A byte stream and the HTTP/2 session that speaks on it, with the bytes on their way between
/// the two, and TLS in the middle where it is wanted.
final class Transport {
    let session: HTTP2Session
    private let stream: ByteStream
    private let tls: TLSSession?
    /// The TLS handshake is not done yet, and HTTP/2 has to wait.
    private var isSecuring: Bool
    /// The end of the handshake came with more, which nothing on the socket will tell of.
    private(set) var hasUnreadPlaintext = false
    /// Bytes for the peer that the socket has not taken yet.
    private var pending: [UInt8] = []
    /// Whether anything was read since somebody last asked.
    private var hasRead = false
    /// Something was read and nothing written since that would have told the peer.
    private var owesAcknowledgement = false
    /// Writing has failed. What the peer wrote before is still worth reading.
    private var cannotWrite = false
    /// Nothing more will come, not even its end.
    private(set) var peerHasLeft = false
    /// What this program could not do for the connection, which is then of no more use.
    private(set) var fault: OwnFault?
    /// The peer's first bytes, until they are enough to tell HTTP/2 from anything else.
    private(set) var greeting: [UInt8] = []
    /// The greeting is that of another protocol.
    private(set) var isForeign = false
    private var isRecognized = false
    /// When the wait for the rest of a foreign greeting ends.
    private(set) var greetingEnd: Instant?

    init(_ stream: ByteStream, _ session: HTTP2Session, _ tls: TLSSession?) {
        self.stream = stream
        self.session = session
        self.tls = tls
        isSecuring = tls != nil
    }

    func register(in poller: Poller) {
        stream.register(
            in: poller, read: pending.count < Limits.pendingOutput,
            write: !pending.isEmpty && !cannotWrite)
    }

    // MARK: - Reading

    /// What a step of the TLS handshake came to.
    enum Handshake {
        case wait
        case done(TLSSummary)
        case failed(Cause)
    }

    /// Goes on with the TLS handshake, with what the socket has, one read at most.
    func shakeHands(_ poller: Poller) -> Handshake {
        guard let tls else { return .failed(.tls(.violation("there is no TLS"))) }
        if stream.isReadable(in: poller) {
            let progress = stream.read { bytes in
                if isRecognized {
                    tls.receive(bytes)
                } else if recognizes(bytes, Greeting.canBeginTLS, minimum: 2) {
                    let records = greeting
                    greeting = []
                    tls.receive(records.span)
                }
            }
            if isForeign { return .wait }
            if let cause = cause(of: progress) { return .failed(cause) }
        }
        switch tls.shakeHands() {
        case .wait:
            flush()
            return .wait
        case .failed(let failure):
            // The peer is told why, by an alert.
            flush()
            return .failed(.tls(failure))
        case .done(let summary):
            isSecuring = false
            isRecognized = false
            hasUnreadPlaintext = tls.hasUnreadInput
            return .done(summary)
        }
    }

    /// Moves what the socket has, one read at most, into the session. Returns why nothing more can
    /// come, once that is so.
    ///
    /// The session's answers are taken out of it, because one of them may say what was wrong, but
    /// they leave with what the owner has to say: with the request or the goodbye, in one packet.
    func receive(_ poller: Poller) -> Cause? {
        defer { collect() }
        if hasUnreadPlaintext {
            hasUnreadPlaintext = false
            if let cause = decrypt() { return cause }
        }
        guard stream.isReadable(in: poller) else { return nil }
        var failure: Cause?
        let progress = stream.read { bytes in
            if let tls {
                tls.receive(bytes)
                failure = decrypt()
            } else {
                failure = take(bytes)
            }
        }
        return failure ?? cause(of: progress)
    }

    /// Why a read says that nothing more will come, if it does.
    private func cause(of progress: ByteStream.Progress) -> Cause? {
        switch progress {
        case .moved:
            owesAcknowledgement = true
            hasRead = true
            return nil
        case .wait: return nil
        case .end:
            peerHasLeft = true
            return .connectionLost(.closed)
        case .failed(let error):
            peerHasLeft = true
            return .connectionLost(.broken(error))
        }
    }

    /// Moves all that can be decrypted into the session.
    private func decrypt() -> Cause? {
        guard let tls else { return nil }
        while true {
            var failure: Cause?
            let progress = tls.read { failure = take($0) }
            if let failure { return failure }
            switch progress {
            // One read of the socket can end a record that began in the one before it, so that
            // there is more than one read's worth to answer (`Limits.outboundAcks`).
            case .moved: collect()
            case .wait: return nil
            case .end: return .connectionLost(.closed)
            case .failed(let failure): return .tls(failure)
            }
        }
    }

    private func take(_ bytes: Span<UInt8>) -> Cause? {
        do throws(HTTP2Error) {
            if isRecognized {
                try session.receive(bytes)
            } else if recognizes(
                bytes, Greeting.canBeginHTTP2, minimum: Greeting.frameHeaderSize)
            {
                let frames = greeting
                greeting = []
                try session.receive(frames.span)
            }
            return nil
        } catch {
            if case .overrun(let text) = error { return .protocolViolation(text) }
            return .ownFault(OwnFault(error))
        }
    }

    /// Adds to the greeting until it is long enough to be recognized or until it is foreign.
    /// Returns whether it is recognized now.
    private func recognizes(
        _ bytes: Span<UInt8>, _ canBegin: ([UInt8]) -> Bool, minimum: Int
    ) -> Bool {
        // What has been recognized goes on as it is, so a whole read has to fit behind what was
        // too little; only of what is foreign the rest does not matter.
        let room = minimum + Limits.readSize - greeting.count
        unsafe bytes.withUnsafeBufferPointer {
            unsafe greeting.append(contentsOf: $0.prefix(room))
        }
        guard canBegin(greeting) else {
            isForeign = true
            return false
        }
        isRecognized = greeting.count >= minimum
        return isRecognized
    }

    /// Whether the time for the rest of a foreign greeting is up; the first call starts it.
    func greetingIsOver(now: Instant) -> Bool {
        if let greetingEnd { return greetingEnd <= now }
        greetingEnd = now.advanced(by: Limits.farewell)
        return false
    }

    // MARK: - Writing

    /// Writes what there is to say, as far as the socket takes it.
    func flush() {
        collect()
        writePending(finishes: false)
    }

    private func writePending(finishes: Bool) {
        while !pending.isEmpty, !cannotWrite {
            switch stream.write(pending, finishes: finishes) {
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
            guard let tls else {
                try session.takeOutput(into: &pending)
                return
            }
            if !isSecuring {
                var plaintext: [UInt8] = []
                try session.takeOutput(into: &plaintext)
                if !tls.write(plaintext) { cannotWrite = true }
            }
            tls.takeOutput(into: &pending)
        } catch {
            cannotWrite = true
            fault = OwnFault(error)
        }
    }

    /// Whether anything was read since the last call.
    func takeHasRead() -> Bool {
        defer { hasRead = false }
        return hasRead
    }

    /// Before a wait for more: lets the peer know what has arrived.
    func acknowledge() {
        guard owesAcknowledgement else { return }
        owesAcknowledgement = false
        stream.acknowledgeReads()
    }

    /// GOAWAY(NO_ERROR), with TLS close_notify, then FIN.
    func sayGoodbye() {
        // A session that is closing sends nothing else any more, so the last RST_STREAM is taken
        // out of it before.
        collect()
        session.sayGoAway()
        collect()
        tls?.finishWriting()
        collect()
        writePending(finishes: true)
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

extension OwnFault {
    /// What is at fault when the session cannot go on, and it is not the peer.
    init(_ error: HTTP2Error) {
        switch error {
        case .outOfMemory: self = .outOfMemory
        case .overrun(let text), .library(let text): self = .http2(text)
        }
    }

    /// The same when it does not take a request.
    init(inRequest error: HTTP2Error) {
        switch error {
        case .outOfMemory: self = .outOfMemory
        case .overrun(let text), .library(let text): self = .request(text)
        }
    }
}
