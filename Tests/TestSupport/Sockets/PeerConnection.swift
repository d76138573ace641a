import Foundation

#if canImport(Glibc)
private let systemSend = Glibc.send
#else
private let systemSend = Darwin.send
#endif

/// Plays a scripted server on one accepted connection, in the calling thread. Where it speaks
/// TLS, the script begins after the handshake.
///
/// Reading never waits for writing: a client that stops reading while it writes is the client's
/// affair, and must not be mistaken for one that hangs.
struct PeerConnection {
    private let descriptor: Int32
    private var peer: ScriptedPeer
    private let tls: PeerTLSSession?
    /// What the client has sent so far, until it is known what it said first.
    private var beginning: [UInt8]? = []
    private var hello: ClientHello?
    private var actions: ArraySlice<PeerAction> = []
    private var outgoing: ArraySlice<UInt8> = []
    private var resume: ContinuousClock.Instant?
    private var reads = true
    /// Whether FIN leaves when all is written.
    private var endsWhenWritten = false
    /// Whether FIN was sent. What the client asks for afterwards stays without an answer.
    private var hasEnded = false
    private var isOver = false

    init(descriptor: Int32, script: PeerScript.Connection, tls: PeerTLSSession?) {
        self.descriptor = descriptor
        self.tls = tls
        peer = ScriptedPeer(script)
    }

    private var record: PeerRecord {
        var record = peer.record
        record.hello = hello
        record.tls = tls?.record
        return record
    }

    /// Runs until the client has left, the script aborts, or `stop` becomes readable.
    mutating func run(stop: Int32, publish: (PeerRecord) -> Void) {
        if tls == nil { actions += peer.start() }
        publish(record)
        while true {
            drive()
            if isOver { break }
            guard waitForClient(stop: stop) else { break }
            publish(record)
        }
        close(descriptor)
        publish(record)
    }

    /// Performs actions until one has to wait.
    private mutating func drive() {
        while !isOver {
            if let tls { outgoing += tls.takeOutput() }
            guard outgoing.isEmpty else {
                guard write() else { return }
                continue
            }
            if endsWhenWritten { end() }
            if let resume {
                guard resume <= .now else { return }
                self.resume = nil
            }
            guard let action = actions.popFirst() else { return }
            switch action {
            case .send(let bytes): if !hasEnded { send(bytes) }
            case .pause(let time): resume = .now.advanced(by: .milliseconds(time))
            case .close:
                tls?.close()
                endsWhenWritten = true
            case .cut: endsWhenWritten = true
            case .sendBeneath(let bytes): outgoing = bytes[...]
            case .stopReading: reads = false
            case .abort:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_LINGER, &linger,
                    socklen_t(MemoryLayout.size(ofValue: linger)))
                isOver = true
            }
        }
    }

    private mutating func send(_ bytes: [UInt8]) {
        if let tls {
            tls.send(bytes)
        } else {
            outgoing = bytes[...]
        }
    }

    private mutating func end() {
        shutdown(descriptor, Int32(SHUT_WR))
        endsWhenWritten = false
        hasEnded = true
        if let tls, tls.record.hasFailed, tls.plan.isAbrupt { isOver = true }
    }

    /// Writes what fits; false when nothing more fits now.
    private mutating func write() -> Bool {
        #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
        #else
        let flags: Int32 = 0
        #endif
        let piece = tls?.plan.isBytewise == true ? outgoing.prefix(1) : outgoing
        let count = piece.withUnsafeBytes {
            systemSend(descriptor, $0.baseAddress, $0.count, flags)
        }
        if count >= 0 {
            outgoing = outgoing.dropFirst(count)
            return true
        }
        if errno == EINTR { return true }
        if errno == EAGAIN { return false }
        // Linux says EPIPE where the client's FIN came before its RST: it had left, and only what
        // was sent too late was reset.
        let end = errno == EPIPE ? ClientEnd.finished : .reset
        outgoing = []
        // What the client still had to say, GOAWAY perhaps, is read before its end is noted.
        while let bytes = received(), !bytes.isEmpty { take(bytes) }
        leave(end)
        return false
    }

    /// Waits for bytes, for room, or for the end of a pause; false when all is over.
    private mutating func waitForClient(stop: Int32) -> Bool {
        var events = reads ? Int16(POLLIN) : 0
        if !outgoing.isEmpty { events |= Int16(POLLOUT) }
        #if canImport(Glibc)
        // Linux's POLLRDHUP, which <poll.h> shows to GNU programs only: without reading,
        // nothing else says that the client has left.
        if !reads { events |= 0x2000 }
        #endif
        var descriptors = [
            pollfd(fd: descriptor, events: events, revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, nfds_t(descriptors.count), timeout)
        guard count >= 0 || errno == EINTR, descriptors[1].revents == 0 else { return false }
        let happened = Int32(descriptors[0].revents)
        if !reads {
            guard happened & ~POLLOUT != 0 else { return true }
            leave(happened & POLLERR == 0 ? .finished : .reset)
            return false
        }
        if happened & ~POLLOUT != 0 { read() }
        return !isOver
    }

    private var timeout: Int32 {
        guard let resume, outgoing.isEmpty else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: resume).components
        return Int32(max(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 0))
    }

    private mutating func read() {
        if let bytes = received() {
            if bytes.isEmpty {
                leave(.finished)
            } else {
                take(bytes)
            }
        } else if errno != EAGAIN, errno != EINTR {
            leave(.reset)
        }
    }

    private mutating func take(_ bytes: [UInt8]) {
        listen(bytes)
        guard let tls else {
            actions += peer.receive(bytes)
            return
        }
        let wasEstablished = tls.record.isEstablished
        let text = tls.receive(bytes)
        if tls.record.isEstablished, !wasEstablished {
            // What the script begins with leaves before what has come along is looked at.
            actions += peer.start()
            drive()
        }
        if !text.isEmpty { actions += peer.receive(text) }
        // OpenSSL has written the alert that says why, if it was the server that gave up.
        if tls.record.hasFailed, !hasEnded { endsWhenWritten = true }
    }

    /// Looks for a ClientHello in what comes first.
    private mutating func listen(_ bytes: [UInt8]) {
        guard let earlier = beginning else { return }
        let whole = earlier + bytes
        hello = ClientHello(whole)
        beginning = hello == nil && whole.count < 65536 ? whole : nil
    }

    /// What has arrived: nothing at the end, nil where an error tells more.
    private func received() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer[..<count])
    }

    private mutating func leave(_ end: ClientEnd) {
        let isCut = end == .finished && reads && tls?.record.isClosed == false
        _ = peer.receiveEnd(isCut ? .truncated : end)
        isOver = true
    }
}
