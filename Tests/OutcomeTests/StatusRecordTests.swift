import Basics
import GRPC
import Outcome
import Testing

@Suite struct StatusRecordTests {
    static let start = Instant(nanoseconds: 5_000_000_000)
    static let refused = WatchState.disconnected(
        Failure(phase: .connect, cause: .timedOut(.connectTimeout(.seconds(1)))))
    static let ended = WatchState.disconnected(
        Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .unavailable))))

    private func at(_ seconds: Int64) -> Instant { Self.start.advanced(by: .seconds(seconds)) }

    @Test func `the first state has nothing before it`() throws {
        var record = StatusRecord()
        #expect(record.state == nil && record.lastStatus == nil && record.stateCount == 0)
        let changeEntered = record.enter(.status(.serving), at: at(3))
        let change = try #require(changeEntered)
        #expect(change.previous == nil)
        #expect(change.held == nil)
        #expect(record.state == .status(.serving))
        #expect(record.stateCount == 1)
        #expect(record.changeCount == 0)
    }

    @Test func `a change says what was before and for how long`() throws {
        var record = StatusRecord()
        _ = record.enter(.status(.serving), at: at(1))
        let firstEntered = record.enter(.status(.notServing), at: at(4))
        let first = try #require(firstEntered)
        #expect(first.previous == .status(.serving))
        #expect(first.held == .seconds(3))
        let secondEntered = record.enter(Self.ended, at: at(9))
        let second = try #require(secondEntered)
        #expect(second.previous == .status(.notServing))
        #expect(second.held == .seconds(5))
        #expect(record.stateCount == 3)
        #expect(record.changeCount == 2)
        #expect(record.lastStatus == .notServing)
    }

    @Test(
        arguments: [
            (WatchState.status(.serving), WatchState.status(.serving)),
            (refused, ended), (.status(ServingStatus(99)), .status(ServingStatus(99))),
        ])
    func `more of the same is no change, and does not begin anew`(
        first: WatchState, second: WatchState
    ) throws {
        var record = StatusRecord()
        _ = record.enter(first, at: at(1))
        let none = record.enter(second, at: at(2)) == nil
        #expect(none)
        #expect(record.changeCount == 0)
        #expect(record.state == first)
        let nextEntered = record.enter(.status(.unknown), at: at(6))
        let next = try #require(nextEntered)
        #expect(next.held == .seconds(5))
    }

    @Test func `a number from the future is a status of its own`() {
        var record = StatusRecord()
        _ = record.enter(.status(ServingStatus(98)), at: at(1))
        let isChange = record.enter(.status(ServingStatus(99)), at: at(2)) != nil
        #expect(isChange)
    }

    @Test func `the share of SERVING is that of the time since anything is known`() {
        var record = StatusRecord()
        #expect(record.servingShare(until: at(2)) == 0)
        _ = record.enter(.status(.serving), at: at(2))
        #expect(record.servingShare(until: at(4)) == 1)
        _ = record.enter(.status(.serving), at: at(5))
        _ = record.enter(Self.refused, at: at(6))
        #expect(record.servingShare(until: at(10)) == 0.5)
        _ = record.enter(.status(.serving), at: at(12))
        #expect(record.servingShare(until: at(14)) == 0.5)
    }

    /// As when the first status is the one that the watch was to wait for.
    @Test func `of no time at all the state counts, and no share is beyond its ends`() {
        var record = StatusRecord()
        _ = record.enter(.status(.notServing), at: at(1))
        #expect(record.servingShare(until: at(1)) == 0)
        #expect(record.servingShare(until: at(0)) == 0)
        record = StatusRecord()
        _ = record.enter(.status(.serving), at: at(1))
        #expect(record.servingShare(until: at(1)) == 1)
        #expect(record.servingShare(until: at(0)) == 1)
        _ = record.enter(.status(.notServing), at: at(4))
        #expect(record.servingShare(until: at(3)) == 1)
        #expect(record.servingShare(until: at(2)) == 1)
    }

    @Test func `it remembers which statuses there have been`() {
        var record = StatusRecord()
        #expect(!record.hasBeen(.status(.serving)))
        #expect(!record.hasBeen(.disconnected))
        _ = record.enter(.status(.serving), at: at(1))
        _ = record.enter(.status(.notServing), at: at(2))
        _ = record.enter(Self.ended, at: at(3))
        #expect(
            AwaitedState.all.filter { record.hasBeen($0) }
                == [.status(.serving), .status(.notServing), .disconnected])
    }

    /// Otherwise a hostile server could make a watch grow, or hide what is waited for.
    @Test func `a server that makes numbers up neither fills it nor hides a real status`() {
        var record = StatusRecord()
        for number in 100..<10_000 {
            _ = record.enter(.status(ServingStatus(Int32(number))), at: at(1))
        }
        _ = record.enter(.status(.serving), at: at(2))
        #expect(record.stateCount == 9901)
        #expect(record.lastStatus == .serving)
        #expect(record.hasBeen(.status(.serving)))
    }
}
