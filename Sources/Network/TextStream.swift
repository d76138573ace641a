package import Basics
import CPlatform
package import Outcome

/// Text on its way to a descriptor that somebody reads: a terminal, a pipe, a file.
///
/// The descriptor belongs to others too, so it stays in blocking mode, and each write is cut short
/// instead. What a reader does not take at once waits here.
package final class TextStream {
    package enum State: Equatable, Sendable {
        case open
        /// Nobody reads it any more (EPIPE).
        case abandoned
        case failed(SystemErrorNumber)
    }

    package let number: Int32
    package private(set) var state: State = .open
    private var pending: [UInt8] = []
    /// How many bytes of `pending` are written.
    private var sent = 0
    /// How many bytes were ever written.
    package private(set) var written = 0
    /// The last write did not take everything.
    private var isBlocked = false
    private var slot: Poller.Slot?
    /// A terminal can poll writable and take nothing: then it is asked again only now.
    private var retry: Instant?

    package init(descriptor number: Int32) {
        self.number = number
    }

    package static func output() -> TextStream { TextStream(descriptor: STDOUT_FILENO) }

    package static func error() -> TextStream { TextStream(descriptor: STDERR_FILENO) }

    /// How many bytes wait.
    package var count: Int { pending.count - sent }

    package var isTerminal: Bool { isatty(number) == 1 }

    /// Adds to what waits; nothing happens once the stream is not open any more.
    package func append(_ text: String) {
        if state == .open { pending.append(contentsOf: text.utf8) }
    }

    /// Forgets what waits.
    package func discard() {
        pending = []
        sent = 0
    }

    /// Writes what the reader takes now.
    package func flush(_ poller: Poller, now: Instant) {
        guard count > 0 else { return }
        let wasBlocked = isBlocked
        if wasBlocked {
            if let retry, now < retry { return }
            if retry == nil, !(slot.map { poller.isWritable($0) } ?? false) { return }
        }
        retry = nil
        isBlocked = false
        while count > 0, !isBlocked {
            let moved = write()
            guard state == .open else { return discard() }
            sent += moved
            written += moved
            isBlocked = count > 0
            if moved == 0, wasBlocked { retry = now.advanced(by: Limits.writeRetryDelay) }
        }
        if count == 0 {
            pending.removeAll(keepingCapacity: pending.capacity <= Limits.pendingResults)
            sent = 0
        } else if sent > Limits.pendingResults {
            pending.removeFirst(sent)
            sent = 0
        }
    }

    /// One write; returns how many bytes it took.
    private func write() -> Int {
        let count = unsafe pending.withUnsafeBytes {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[sent...])
            return unsafe cplatform_write_briefly(
                number, rest.baseAddress, rest.count, Int(Limits.writeTime.wholeNanoseconds))
        }
        guard count < 0 else { return count }
        switch SystemErrorNumber.current {
        case .interrupted, .tryAgain: break
        case .brokenPipe: state = .abandoned
        case let error: state = .failed(error)
        }
        return 0
    }

    /// Waits in `poller` for the reader; returns when it wants to go on at the latest.
    ///
    /// - Parameter noticesEnd: whether to wait, too, for a reader that has read something to go
    ///   away while there is nothing to write.
    package func register(in poller: Poller, noticesEnd: Bool = false) -> Instant? {
        slot = nil
        guard state == .open else { return nil }
        if count > 0, retry == nil {
            slot = poller.watch(number, read: false, write: true)
        } else if noticesEnd, written > 0 {
            slot = poller.watch(number, read: false, write: false)
        }
        return count > 0 ? retry : nil
    }

    /// Looks whether the reader has gone away.
    package func noticeEnd(_ poller: Poller) {
        if state == .open, let slot, poller.hasFailed(slot) {
            state = .abandoned
            discard()
        }
    }

    /// Waits until everything is written, or the reader has stood still for so long.
    package func finish(patience: Duration) {
        let poller = Poller()
        var now = Clock.now()
        var lastMoved = now
        while count > 0 {
            let before = written
            flush(poller, now: now)
            if written > before { lastMoved = now }
            let end = lastMoved.advanced(by: patience)
            if count == 0 || end <= now { return }
            poller.reset()
            let due = register(in: poller)
            poller.wait(for: (due.map { min($0, end) } ?? end).since(now))
            now = Clock.now()
        }
    }
}
