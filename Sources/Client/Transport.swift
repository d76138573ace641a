import Basics
import HTTP2
import Network
import Outcome
import TLS

/// A byte stream and the HTTP/2 session that speaks on it, with the bytes on their way between
/// the two, and TLS in the middle where it is wanted.
final class Transport {
    /// What the bytes of the peer are taken for.
    ///
    ///     recognizing -> flowing -> ended
    ///          '-------> foreign ---'
    private enum Reading {
        /// There are too few of them to tell whether the peer speaks what it should.
        case recognizing(GreetingRecognizer)
        case flowing
        /// The peer speaks something else; what that is shows in what it says until then.
        case foreign(GreetingRecognizer, until: Instant)
        /// Nothing more will come, not even the peer's end.
        case ended
    }

    /// What becomes of the bytes for the peer.
    private enum Writing {
        case open
        /// They go nowhere. What the peer wrote before is still worth reading, unless the fault is
        /// this program's own.
        case broken(OwnFault?)
        /// The last one has been said.
        case finished
    }

    private enum Protection {
        case plaintext
        /// The TLS handshake is not done yet, and HTTP/2 has to wait.
        case securing(TLSSession)
        case secured(TLSSession)
    }

    let session: HTTP2Session
    private let stream: ByteStream
    private var reading: Reading
    private var writing = Writing.open
    private var protection: Protection
    /// Bytes for the peer that the socket has not taken yet.
    private var pending: [UInt8] = []
    /// The end of the TLS handshake came with more, which nothing on the socket will tell of.
    private var hasUnreadPlaintext = false
    /// Whether anything was read since somebody last asked.
    private var hasRead = false
    /// Something was read and nothing written since that would have told the peer.
    private var owesAcknowledgement = false

    /// - Parameter tls: nil for plaintext.
    init(_ stream: ByteStream, _ session: HTTP2Session, _ tls: TLSSession?) {
        self.stream = stream
        self.session = session
        protection = tls.map { .securing($0) } ?? .plaintext
        reading = .recognizing(GreetingRecognizer(tls == nil ? .http2 : .tls))
    }

    /// Whether the peer would understand a goodbye, and is still there to read it.
    var canSayGoodbye: Bool {
        switch reading {
        case .recognizing, .flowing: true
        case .foreign, .ended: false
        }
    }

    /// Waits in `poller`; returns when there is something to do at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        let wantsToWrite = if case .open = writing { !pending.isEmpty } else { false }
        stream.register(
            in: poller, read: pending.count < Limits.pendingOutput, write: wantsToWrite)
        if hasUnreadPlaintext { return now }
        if case .broken(.some) = writing { return now }
        if case .foreign(_, let until) = reading { return until }
        return nil
    }

    // MARK: - Reading

    /// What a step of the TLS handshake came to.
    enum Handshake {
        case wait
        case done(TLSSummary)
        case failed(Cause)
    }

    /// Goes on with the TLS handshake, with what the socket has, one read at most.
    func shakeHands(_ poller: Poller, now: Instant) -> Handshake {
        guard case .securing(let tls) = protection else {
            preconditionFailure("no TLS handshake is to be made")
        }
        var end: Cause?
        if stream.isReadable(in: poller) {
            let progress = stream.read { recognize($0, now: now) { tls.receive($0) } }
            end = self.end(of: progress)
        }
        if case .foreign(let peer, let until) = reading {
            let cause = peer.foreignProtocol(isOver: end != nil || until <= now)
            return cause.map { .failed($0) } ?? .wait
        }
        if let end { return .failed(end) }
        switch tls.shakeHands() {
        case .wait:
            flush()
            return .wait
        case .failed(let failure):
            // The peer is told why, by an alert.
            flush()
            return .failed(.tls(failure))
        case .done(let summary):
            protection = .secured(tls)
            reading = .recognizing(GreetingRecognizer(.http2))
            hasUnreadPlaintext = tls.hasUnreadInput
            return .done(summary)
        }
    }

    /// Moves what the socket has, one read at most, into the session. Returns why nothing more can
    /// come, once that is so.
    ///
    /// The session's answers are taken out of it, because one of them may say what was wrong, but
    /// they leave with what the owner has to say: with the request or the goodbye, in one packet.
    func receive(_ poller: Poller, now: Instant) -> Cause? {
        let end = read(poller, now: now)
        collect()
        if case .foreign(let peer, let until) = reading {
            return peer.foreignProtocol(isOver: end != nil || until <= now)
        }
        if let end { return end }
        if case .broken(let fault?) = writing { return .ownFault(fault) }
        return nil
    }

    private func read(_ poller: Poller, now: Instant) -> Cause? {
        if hasUnreadPlaintext, case .secured(let tls) = protection {
            hasUnreadPlaintext = false
            if let cause = decrypt(tls, now: now) { return cause }
        }
        guard stream.isReadable(in: poller) else { return nil }
        var failure: Cause?
        let progress = stream.read { bytes in
            if case .secured(let tls) = protection {
                tls.receive(bytes)
                failure = decrypt(tls, now: now)
            } else {
                failure = take(bytes, now: now)
            }
        }
        return failure ?? end(of: progress)
    }

    /// Moves all that can be decrypted into the session.
    private func decrypt(_ tls: TLSSession, now: Instant) -> Cause? {
        while true {
            var failure: Cause?
            let progress = tls.read { failure = take($0, now: now) }
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

    private func take(_ bytes: Span<UInt8>, now: Instant) -> Cause? {
        var failure: Cause?
        recognize(bytes, now: now) { bytes in
            do throws(HTTP2Error) {
                try session.receive(bytes)
            } catch {
                failure = Cause(receiving: error)
            }
        }
        return failure
    }

    /// Hands on what the peer says, once it is known to be in the protocol that is expected.
    private func recognize(
        _ bytes: Span<UInt8>, now: Instant, _ consume: (Span<UInt8>) -> Void
    ) {
        switch reading {
        case .flowing: consume(bytes)
        case .recognizing(var recognizer):
            switch recognizer.take(bytes) {
            case .undecided: reading = .recognizing(recognizer)
            case .recognized(let bytes):
                reading = .flowing
                consume(bytes.span)
            case .foreign:
                reading = .foreign(recognizer, until: now.advanced(by: Limits.farewell))
            }
        case .foreign(var recognizer, let until):
            _ = recognizer.take(bytes)
            reading = .foreign(recognizer, until: until)
        case .ended: break
        }
    }

    /// Why a read says that nothing more will come, if it does.
    private func end(of progress: ByteStream.Progress) -> Cause? {
        let loss: ConnectionLoss
        switch progress {
        case .moved:
            owesAcknowledgement = true
            hasRead = true
            return nil
        case .wait: return nil
        case .end: loss = .closed
        case .failed(let error): loss = .broken(error)
        }
        if canSayGoodbye { reading = .ended }
        return .connectionLost(loss)
    }

    // MARK: - Writing

    /// Writes what there is to say, as far as the socket takes it.
    func flush() {
        collect()
        writePending(finishes: false)
    }

    private func writePending(finishes: Bool) {
        guard case .open = writing else { return }
        while !pending.isEmpty {
            switch stream.write(pending, finishes: finishes) {
            case .moved(let count):
                pending.removeFirst(count)
                owesAcknowledgement = false
            case .wait: return
            case .end, .failed: return writing = .broken(nil)
            }
        }
    }

    private func collect() {
        guard case .open = writing else { return pending = [] }
        do throws(HTTP2Error) {
            switch protection {
            case .plaintext: try session.takeOutput(into: &pending)
            case .securing(let tls): tls.takeOutput(into: &pending)
            case .secured(let tls):
                var plaintext: [UInt8] = []
                try session.takeOutput(into: &plaintext)
                if !tls.write(plaintext) { writing = .broken(nil) }
                tls.takeOutput(into: &pending)
            }
        } catch {
            writing = .broken(OwnFault(error))
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

    // MARK: - The end

    /// GOAWAY(NO_ERROR), with TLS close_notify, then FIN.
    func sayGoodbye() {
        // A session that is closing sends nothing else any more, so the last RST_STREAM is taken
        // out of it before.
        collect()
        session.sayGoAway()
        collect()
        if case .secured(let tls) = protection { tls.finishWriting() }
        collect()
        writePending(finishes: true)
        stream.finishWriting()
        writing = .finished
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
