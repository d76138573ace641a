import Foundation
import Network
import TestSupport
import Testing

@Suite struct PollerGroupTests {
    /// Says what each member waits for: to read from its stream.
    private func register(_ streams: [Int: ByteStream], in group: PollerGroup) {
        for (member, stream) in streams {
            let poller = group.poller(of: member)
            poller.reset()
            stream.register(in: poller, read: true, write: false)
            group.update(member)
        }
    }

    private func woken(_ group: PollerGroup, for duration: Duration) -> Set<Int> {
        var members: Set<Int> = []
        _ = group.wait(for: duration) { members.insert($0) }
        return members
    }

    @Test func `only who has something to read is woken`() throws {
        let pairs = try (0..<3).map { _ in try Pair() }
        defer { withExtendedLifetime(pairs) {} }
        let group = PollerGroup(count: 3)
        register([0: pairs[0].stream, 1: pairs[1].stream, 2: pairs[2].stream], in: group)
        #expect(woken(group, for: .zero).isEmpty)
        #expect(send(pairs[1].peer, "x", 1, 0) == 1)
        #expect(woken(group, for: .seconds(10)) == [1])
        #expect(pairs[1].stream.isReadable(in: group.poller(of: 1)))
        #expect(!pairs[0].stream.isReadable(in: group.poller(of: 0)))
        // What was not read is still there, and what was is not.
        register([1: pairs[1].stream], in: group)
        #expect(woken(group, for: .seconds(10)) == [1])
        #expect(pairs[1].stream.read { _ in } == .moved(1))
        register([1: pairs[1].stream], in: group)
        #expect(woken(group, for: .zero).isEmpty)
    }

    @Test func `who is alone waits, too`() throws {
        let pair = try Pair()
        defer { withExtendedLifetime(pair) {} }
        let group = PollerGroup(count: 1)
        register([0: pair.stream], in: group)
        #expect(send(pair.peer, "x", 1, 0) == 1)
        #expect(woken(group, for: .seconds(10)) == [0])
        #expect(pair.stream.isReadable(in: group.poller(of: 0)))
    }

    @Test func `a member that is removed is woken no more`() throws {
        let pairs = try (0..<2).map { _ in try Pair() }
        defer { withExtendedLifetime(pairs) {} }
        let group = PollerGroup(count: 2)
        register([0: pairs[0].stream, 1: pairs[1].stream], in: group)
        #expect(woken(group, for: .zero).isEmpty)
        group.remove(0)
        for pair in pairs { #expect(send(pair.peer, "x", 1, 0) == 1) }
        #expect(woken(group, for: .seconds(10)) == [1])
    }

    @Test func `the number of a closed descriptor may be somebody else's`() throws {
        let group = PollerGroup(count: 3)
        let idle = try Pair()
        defer { withExtendedLifetime(idle) {} }
        var first: Pair? = try Pair()
        register([0: idle.stream, 1: try #require(first).stream], in: group)
        #expect(woken(group, for: .zero).isEmpty)
        first = nil
        // The next one opened has the lowest number that is free.
        let second = try Pair()
        defer { withExtendedLifetime(second) {} }
        register([2: second.stream], in: group)
        // Whose descriptor is gone says so later.
        group.poller(of: 1).reset()
        group.update(1)
        #expect(send(second.peer, "x", 1, 0) == 1)
        #expect(woken(group, for: .seconds(10)) == [2])

        // The same member can get the same number again.
        var third: Pair? = try Pair()
        register([1: try #require(third).stream], in: group)
        third = nil
        let fourth = try Pair()
        defer { withExtendedLifetime(fourth) {} }
        register([1: fourth.stream], in: group)
        #expect(send(fourth.peer, "x", 1, 0) == 1)
        #expect(woken(group, for: .seconds(10)).contains(1))
    }
}
