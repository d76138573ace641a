import Basics
import CPlatform
package import Outcome

/// A connected stream of bytes: a socket, which never blocks.
package final class ByteStream {
    /// What a read or write came to. "Not yet" is no error.
    package enum Progress: Equatable {
        /// So many bytes moved.
        case moved(Int)
        /// Nothing can move now.
        case wait
        /// The peer has finished writing.
        case end
        case failed(SystemErrorNumber)
    }

    private let socket: Descriptor
    private let isTCP: Bool
    private var slot: Poller.Slot?
    /// Whether somebody has waited for the socket already.
    private var isWatched = false

    init(_ socket: consuming Descriptor, isTCP: Bool) {
        self.socket = socket
        self.isTCP = isTCP
    }

    /// Reads at most `Limits.readSize` bytes and hands them to `consume`.
    package func read(_ consume: (Span<UInt8>) -> Void) -> Progress {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Limits.readSize) { buffer in
            let count = unsafe recv(socket.number, buffer.baseAddress, buffer.count, 0)
            if count < 0 { return Self.failure() }
            if count == 0 { return .end }
            let bytes = unsafe UnsafeBufferPointer(rebasing: buffer[..<count])
            unsafe consume(bytes.span)
            return .moved(count)
        }
    }

    /// Writes as much of `bytes` as fits now.
    ///
    /// - Parameter finishes: `finishWriting` follows, so the last bytes and FIN leave together.
    package func write(_ bytes: [UInt8], finishes: Bool = false) -> Progress {
        let flags = Int32(MSG_NOSIGNAL) | (finishes ? Int32(MSG_MORE) : 0)
        let count = unsafe bytes.withUnsafeBufferPointer {
            unsafe send(socket.number, $0.baseAddress, $0.count, flags)
        }
        return count < 0 ? Self.failure() : .moved(count)
    }

    /// Tells the peer's kernel at once what has been read. A server that writes its answer in
    /// several small pieces sends the next one only then (Nagle's algorithm, RFC 9293 section
    /// 3.7.4), and our kernel would take 40 ms to say so by itself.
    package func acknowledgeReads() {
        guard isTCP else { return }
        set(Int32(IPPROTO_TCP), TCP_QUICKACK, 1)
    }

    /// Has the kernel find out that the peer's machine is gone (tcp(7)): after 30 s of silence
    /// it asks, and after three questions without an answer, or 20 s with our own bytes not
    /// acknowledged, the stream fails.
    package func detectDeadPeer() {
        guard isTCP else { return }
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 30)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 10)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 20_000)
    }

    /// Sets an option whose failure costs comfort only.
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(
            socket.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Says that nothing more will be written: FIN.
    package func finishWriting() {
        // It fails where the peer is gone already, and then there is nobody to tell.
        _ = shutdown(socket.number, Int32(SHUT_WR))
    }

    /// Waits in `poller` for the stream to become readable, and writable where asked for.
    package func register(in poller: Poller, read: Bool, write: Bool) {
        slot = poller.watch(socket.number, read: read, write: write, isNew: !isWatched)
        isWatched = true
    }

    package func isReadable(in poller: Poller) -> Bool {
        slot.map { poller.isReadable($0) } ?? false
    }

    /// Waits in `queue` for the stream; each call changes what is waited for.
    package func watch(
        in queue: EventQueue, as token: UInt64, read: Bool, write: Bool
    ) throws(SystemErrorNumber) {
        if isWatched {
            queue.change(socket.number, as: token, read: read, write: write)
        } else {
            try queue.watch(socket.number, as: token, read: read, write: write)
            isWatched = true
        }
    }

    private static func failure() -> Progress {
        let error = SystemErrorNumber.current
        return error == .tryAgain || error == .interrupted ? .wait : .failed(error)
    }
}
