import Basics
import Testing

@Suite struct TimeTests {
    @Test(
        arguments: [
            (.nanoseconds(1), 1), (.seconds(1), 1_000_000_000), (.nanoseconds(-1), -1),
            (.seconds(-1), -1_000_000_000), (.seconds(Int64.max), .max),
            (.seconds(Int64.min), .min),
            (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
            (.nanoseconds(Int64.max), .max),
            (.nanoseconds(Int64.max) + .nanoseconds(1), .max),
        ] as [(Duration, Int64)])
    func `a duration has whole nanoseconds, within what 64 bits hold`(
        duration: Duration, nanoseconds: Int64
    ) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    @Test func `instants are ordered and move by durations`() {
        let start = Instant(nanoseconds: 5)
        let later = start.advanced(by: .nanoseconds(7))
        #expect(later == Instant(nanoseconds: 12))
        #expect(start < later)
        #expect(later.since(start) == .nanoseconds(7))
        #expect(start.since(later) == .nanoseconds(-7))
    }

    @Test func `an instant after the end of time is the end of time`() {
        let start = Instant(nanoseconds: 5)
        #expect(start.advanced(by: .seconds(Int64.max)) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: .max).advanced(by: .nanoseconds(1)).nanoseconds == .max)
    }

    @Test func `the time between the ends of time is the longest`() {
        let first = Instant(nanoseconds: .min)
        let last = Instant(nanoseconds: .max)
        #expect(last.since(first) == .nanoseconds(Int64.max))
        #expect(first.since(last) == .nanoseconds(Int64.min))
        #expect(first.advanced(by: .nanoseconds(-1)) == first)
    }

    @Test(
        arguments: [
            (Duration.seconds(1), Duration.seconds(2)), (.seconds(4), .seconds(8)),
            (.seconds(5), .seconds(9)), (.seconds(9), .seconds(9)), (.seconds(10), .seconds(10)),
        ])
    func `a time doubles up to its limit, and one beyond that stays`(
        time: Duration, expected: Duration
    ) {
        #expect(time.doubled(atMost: .seconds(9)) == expected)
    }

    @Test func `a time that doubles for ever comes to an end`() {
        var time = Duration.nanoseconds(1)
        for _ in 0..<1000 { time = time.doubled(atMost: .seconds(Int64.max)) }
        #expect(time == .seconds(Int64.max))
    }
}
