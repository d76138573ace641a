import Basics
import Outcome

/// How long the phases of a probe take, up to the first peer that proves to speak HTTP/2: what
/// comes after it is the RPC's time, over however many connections.
struct PhaseTimes {
    let start: Instant
    private var timings = Timings()
    /// A peer has proved to speak HTTP/2: from then on all trouble is the RPC's.
    private(set) var isReady = false

    init(start: Instant) {
        self.start = start
    }

    /// How long the peer's SETTINGS took.
    var http2: Duration? { timings.http2 }

    mutating func identified(now: Instant) {
        if !isReady { timings.spiffe = now.since(start) }
    }

    mutating func resolved(now: Instant) {
        if !isReady { timings.resolve = sinceLastPhase(now) }
    }

    mutating func connected(now: Instant) {
        guard !isReady else { return }
        // Of several addresses, the last one that was connected to counts.
        (timings.connect, timings.tls) = (nil, nil)
        timings.connect = sinceLastPhase(now)
    }

    mutating func secured(now: Instant) {
        if !isReady { timings.tls = sinceLastPhase(now) }
    }

    mutating func ready(now: Instant) {
        guard !isReady else { return }
        isReady = true
        timings.http2 = sinceLastPhase(now)
    }

    /// What there is to report of a result that is known now.
    func timings(now: Instant) -> Timings {
        var timings = timings
        timings.total = now.since(start)
        if timings.http2 != nil { timings.rpc = sinceLastPhase(now) }
        return timings
    }

    private func sinceLastPhase(_ now: Instant) -> Duration {
        now.since(start) - timings.beforeHTTP2
    }
}
