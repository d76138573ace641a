import Basics
import Run
import TestSupport
import Testing

/// When the calls and connections of a watch are due, in seconds after its start.
@Suite struct WatchScheduleTests {
    private static let start = Instant(nanoseconds: 5_000_000_000)

    private func at(_ seconds: Double) -> Instant {
        Self.start.advanced(by: .nanoseconds(Int64(seconds * 1e9)))
    }

    private func schedule(_ services: Int = 1, poll: Duration? = nil) -> WatchSchedule {
        WatchSchedule(services: services, poll: poll, now: Self.start)
    }

    /// A schedule whose first calls are out.
    private func begun(_ services: Int = 1, poll: Duration? = nil) -> WatchSchedule {
        var schedule = schedule(services, poll: poll)
        schedule.connecting()
        _ = schedule.takeDueCalls(now: Self.start)
        return schedule
    }

    @Test func `everything is due at once, and then out`() {
        var schedule = schedule(3)
        #expect(schedule.nextConnection == at(0))
        #expect(schedule.takeDueCalls(now: at(0)) == [0, 1, 2])
        #expect(schedule.nextCall == nil)
        #expect(schedule.nextConnection == nil)
        #expect(schedule.takeDueCalls(now: at(9)).isEmpty)
    }

    @Test func `a Check is repeated an interval after it was made`() {
        var schedule = begun(poll: .seconds(5))
        schedule.finished(0, madeAt: at(1), now: at(2))
        #expect(schedule.nextCall == at(6))
        #expect(schedule.takeDueCalls(now: at(5.9)).isEmpty)
        #expect(schedule.takeDueCalls(now: at(6)) == [0])
        // One that took longer than that is due when it is over.
        schedule.finished(0, madeAt: at(6), now: at(13))
        #expect(schedule.nextCall == at(13))
    }

    @Test func `a new connection waits for the next call, and a call for the connection`() {
        var schedule = begun(poll: .seconds(5))
        schedule.finished(0, madeAt: at(0), now: at(1))
        schedule.mayReconnect(now: at(1))
        #expect(schedule.nextConnection == at(5))
        schedule.backOff(fromStart: at(4.5), now: at(4.6), random: 0)
        #expect(schedule.nextConnection == at(5.5))
    }

    @Test func `a server that was lost between two calls is looked for before`() {
        var schedule = begun(poll: .seconds(30))
        schedule.finished(0, madeAt: at(0), now: at(0))
        schedule.backOff(fromStart: at(0), now: at(3), random: 0)
        schedule.lookForServer()
        #expect(schedule.nextConnection == at(3))
        #expect(schedule.nextCall == at(30))
        schedule.connecting()
        #expect(schedule.nextConnection == at(30))
    }

    @Test func `a server that ends each connection is asked as often as any`() {
        var schedule = begun(poll: .milliseconds(300))
        schedule.finished(0, madeAt: at(0), now: at(0))
        schedule.wasLeft(fromStart: at(0), now: at(0.1), random: 0)
        #expect(schedule.nextConnection == at(0.3))
        // Where the next call is far away, somebody looks before.
        schedule = begun(poll: .seconds(30))
        schedule.finished(0, madeAt: at(0), now: at(0))
        schedule.wasLeft(fromStart: at(0), now: at(0.1), random: 0)
        #expect(schedule.nextConnection == at(1))
        schedule.connecting()
        #expect(schedule.nextConnection == at(30))
    }

    @Test func `a call that failed backs off, and keeps the interval`() {
        var schedule = begun(2, poll: .seconds(2))
        let first = schedule.failed(0, madeAt: at(0), now: at(1), random: 0)
        #expect(first == at(2))
        for _ in 0..<3 { _ = schedule.failed(0, madeAt: at(0), now: at(1), random: 0) }
        #expect(schedule.nextCall.map { $0 > at(4) } == true)
        schedule.answered(0)
        let next = schedule.failed(0, madeAt: at(8), now: at(8), random: 0)
        #expect(next == at(10))
    }

    @Test func `attempts to connect are further and further apart, until one succeeds`() {
        var schedule = schedule()
        var delays: [Duration] = []
        for _ in 0..<3 {
            schedule.backOff(fromStart: at(0), now: at(0), random: 0)
            delays.append(schedule.nextConnection?.since(at(0)) ?? .zero)
        }
        #expect(delays == [.seconds(1), .milliseconds(1600), .milliseconds(2560)])
        schedule.connected()
        schedule.backOff(fromStart: at(0), now: at(9), random: 0)
        #expect(schedule.nextConnection == at(9))
        schedule.backOff(fromStart: at(9), now: at(9), random: 0)
        #expect(schedule.nextConnection == at(10.6))
    }

    /// A server that restarts leaves an old stream open for a while; nobody can be connected to
    /// in that time, and who comes after it is to be seen soon.
    @Test func `when a server that went away is gone its successor is tried soon`() {
        var schedule = schedule()
        for _ in 0..<9 { schedule.backOff(fromStart: at(0), now: at(0), random: 0) }
        #expect(schedule.nextConnection.map { $0 > at(40) } == true)
        schedule.predecessorIsGone(now: at(10), random: 0)
        #expect(schedule.nextConnection == at(11))
        schedule.backOff(fromStart: at(11), now: at(11), random: 0)
        #expect(schedule.nextConnection == at(12.6))
    }

    @Test func `what is due before stays so when the predecessor is gone`() {
        var schedule = schedule()
        schedule.backOff(fromStart: at(0), now: at(0), random: 0)
        schedule.predecessorIsGone(now: at(0.5), random: 0)
        #expect(schedule.nextConnection == at(1))
    }

    /// Otherwise a server that takes one call on each connection would look dead, or one that
    /// takes none alive.
    @Test(arguments: [1, 2, 5])
    func `a call is refused as often as there are services, and then has failed`(services: Int) {
        var schedule = begun(services)
        for _ in 0..<services {
            let isAskedAgain = schedule.refused(0, now: at(1))
            #expect(isAskedAgain)
            #expect(schedule.takeDueCalls(now: at(1)) == [0])
        }
        let isAskedAgain = schedule.refused(0, now: at(1))
        #expect(!isAskedAgain)
        #expect(schedule.nextCall == nil)
        schedule.answered(0)
        let isAskedOnceMore = schedule.refused(0, now: at(2))
        #expect(isAskedOnceMore)
    }

    @Test func `a server that takes one call on each connection gets to each of them`() {
        var schedule = begun(4)
        var answered: [Int] = []
        var calls = [0, 1, 2, 3]
        for _ in 0..<8 {
            answered.append(calls[0])
            schedule.answered(calls[0])
            for service in calls.dropFirst() {
                let isAskedAgain = schedule.refused(service, now: at(1))
                #expect(isAskedAgain)
            }
            for service in 0..<4 { schedule.ask(service, now: at(1)) }
            calls = schedule.takeDueCalls(now: at(1))
        }
        #expect(Set(answered.prefix(4)) == [0, 1, 2, 3])
        #expect(Set(answered.suffix(4)) == [0, 1, 2, 3])
    }

    @Test func `nothing is due any more for a service that was given up`() {
        var schedule = begun(2, poll: .seconds(1))
        schedule.giveUp(0)
        schedule.ask(0, now: at(1))
        schedule.finished(0, madeAt: at(1), now: at(1))
        let next = schedule.failed(0, madeAt: at(1), now: at(1), random: 0)
        #expect(next == nil)
        #expect(schedule.nextCall == nil)
        schedule.ask(1, now: at(3))
        #expect(schedule.takeDueCalls(now: at(3)) == [1])
    }
}
