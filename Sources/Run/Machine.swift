package import Basics
import Network

/// What a run has of the machine besides descriptors: time, chance and signals. Tests have one of
/// their own, on which days pass in no time.
package struct Machine {
    package var time: Timekeeper
    /// When the run began: limits count from there.
    package let start: Instant
    /// Nanoseconds since 1970-01-01T00:00:00Z at `start`.
    package let startWallTime: Int64
    /// A random number from -1 to 1.
    package var random: () -> Double
    package var signals: Signals

    /// This machine, now.
    package init() {
        self.init(
            time: Timekeeper(), startWallTime: Clock.wallTime(), random: ProcessContext.random,
            signals: .ofProcess)
    }

    package init(
        time: Timekeeper, startWallTime: Int64, random: @escaping () -> Double, signals: Signals
    ) {
        self.time = time
        start = time.now
        self.startWallTime = startWallTime
        self.random = random
        self.signals = signals
    }
}

/// SIGINT and SIGTERM, which a watch wants to hear of before they end it.
package struct Signals {
    /// From now on they only show in `pending`.
    package var hold: () -> Void
    /// From now on they end the process again.
    package var release: () -> Void
    /// The number of the one that has come, if one has.
    package var pending: () -> Int32?

    package init(
        hold: @escaping () -> Void, release: @escaping () -> Void,
        pending: @escaping () -> Int32?
    ) {
        (self.hold, self.release, self.pending) = (hold, release, pending)
    }

    static var ofProcess: Signals {
        Signals(
            hold: ProcessContext.deferSignals, release: ProcessContext.stopDeferringSignals,
            pending: { ProcessContext.pendingSignal })
    }
}
