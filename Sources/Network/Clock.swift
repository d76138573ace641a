package import Basics
import CPlatform

/// The clocks of the machine. Only the loop reads them.
package enum Clock {
    /// The monotonic clock, which counts through changes of the date.
    package static func now() -> Instant {
        Instant(nanoseconds: read(CLOCK_MONOTONIC))
    }

    /// The date as nanoseconds since 1970-01-01T00:00:00Z.
    package static func wallTime() -> Int64 {
        read(CLOCK_REALTIME)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // It fails for clocks that do not exist; these two are POSIX.
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
