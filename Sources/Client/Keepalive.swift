package import Basics
import Outcome

/// When a PING is due on a connection, and when its answer: PINGs are sent after a silence of the
/// peer's, never after one of ours (gRPC proposal A8). A value without I/O.
package struct Keepalive {
    private let interval: Duration
    /// When something was last read.
    private var lastRead: Instant
    /// When the answer to a PING, or anything else, has to have come; nil while none is out.
    private(set) package var deadline: Deadline?

    package init(every interval: Duration, now: Instant) {
        self.interval = interval
        lastRead = now
    }

    /// When the next step is due: a PING, or the end of the wait for an answer.
    package var due: Instant { deadline?.instant ?? lastRead.advanced(by: interval) }

    /// The peer was heard of.
    package mutating func heard(now: Instant) {
        lastRead = now
        deadline = nil
    }

    /// Whether a PING is to be sent; then its answer is waited for from now on.
    package mutating func takePing(now: Instant) -> Bool {
        guard deadline == nil, due <= now else { return false }
        deadline = Deadline(.keepalive(Limits.keepaliveTimeout), from: now)
        return true
    }
}
