import Basics
import Client
import Testing

@Suite struct KeepaliveTests {
    private let start = Instant(nanoseconds: 0)

    private func after(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }

    @Test func `a silence of the peer's is ended by a PING, and that by an answer`() {
        var keepalive = Keepalive(every: .seconds(10), now: start)
        #expect(keepalive.due == after(10))
        let early = keepalive.takePing(now: after(9))
        #expect(!early)
        keepalive.heard(now: after(9))
        let afterWord = keepalive.takePing(now: after(10))
        #expect(!afterWord)
        let afterSilence = keepalive.takePing(now: after(19))
        #expect(afterSilence)
        #expect(keepalive.deadline?.instant == after(19).advanced(by: Limits.keepaliveTimeout))
        #expect(keepalive.due == keepalive.deadline?.instant)
        keepalive.heard(now: after(20))
        #expect(keepalive.deadline == nil)
        #expect(keepalive.due == after(30))
    }

    @Test func `a second PING waits for the answer to the first`() {
        var keepalive = Keepalive(every: .seconds(1), now: start)
        let first = keepalive.takePing(now: after(1))
        #expect(first)
        let second = keepalive.takePing(now: after(15))
        #expect(!second)
    }
}
