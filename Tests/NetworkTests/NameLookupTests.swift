import Basics
import Network
import Testing

/// Who is asked what, and when: by the clock, without a server.
@Suite struct NameLookupTests {
    private static let v4 = [IPAddress.v4(IPv4Address(octets: [192, 0, 2, 1]))]
    private static let v6 = [IPAddress.v6(.loopback)]

    /// Plays what servers say to one lookup.
    private struct Play {
        var lookup: NameLookup
        var now = Instant(nanoseconds: 0)

        init(servers: Int) {
            lookup = NameLookup(serverCount: servers, now: now)
        }

        mutating func asked(after duration: Duration = .zero) -> [NameLookup.Query] {
            now = now.advanced(by: duration)
            return lookup.takeQueries(now: now)
        }

        @discardableResult
        mutating func reply(
            _ reply: NameLookup.Reply, _ family: NameLookup.Family, from server: Int = 0,
            over transport: NameLookup.Transport = .datagrams
        ) -> NameLookup.Query? {
            lookup.receive(reply, to: query(family, server, transport), now: now)
        }

        var outcome: NameLookup.Outcome? { lookup.outcome(now: now) }
    }

    private static func query(
        _ family: NameLookup.Family, _ server: Int,
        _ transport: NameLookup.Transport = .datagrams
    ) -> NameLookup.Query {
        NameLookup.Query(family: family, server: server, transport: transport)
    }

    private static func both(_ server: Int) -> [NameLookup.Query] {
        [query(.ipv4, server), query(.ipv6, server)]
    }

    @Test func `a silent server makes room for the next one, and has its turn again`() {
        var play = Play(servers: 2)
        #expect(play.asked() == Self.both(0))
        #expect(play.asked() == [])
        #expect(play.asked(after: .milliseconds(399)) == [])
        #expect(play.asked(after: .milliseconds(1)) == Self.both(1))
        #expect(play.asked(after: .milliseconds(400)) == Self.both(0))
        #expect(play.asked(after: .milliseconds(799)) == [])
        #expect(play.asked(after: .milliseconds(1)) == Self.both(1))
        play.reply(.addresses(Self.v4), .ipv4, from: 0)
        play.reply(.addresses(Self.v6), .ipv6, from: 1)
        #expect(play.outcome == .found(Self.v6 + Self.v4))
        #expect(play.asked(after: .seconds(9)) == [])
    }

    @Test func `waiting ends with no overflow`() {
        var play = Play(servers: 1)
        for _ in 0..<40 { #expect(play.asked(after: .seconds(1_000_000_000)) == Self.both(0)) }
    }

    @Test func `the next server is asked at once when one fails`() {
        var play = Play(servers: 2)
        _ = play.asked()
        play.reply(.failure(.answered(code: 2)), .ipv4)
        #expect(play.asked() == [Self.query(.ipv4, 1)])
        play.reply(.failure(.answered(code: 5)), .ipv4, from: 1)
        #expect(play.outcome == nil)
        play.reply(.addresses([]), .ipv6)
        #expect(play.outcome == .failed)
        #expect(play.lookup.failures == [.answered(code: 2), .answered(code: 5)])
        #expect(play.asked(after: .seconds(9)) == [])
    }

    @Test func `what cannot be reached is not asked the other question either`() {
        var play = Play(servers: 1)
        _ = play.asked()
        play.reply(.failure(.unreachable), .ipv6)
        #expect(play.outcome == .failed)
    }

    @Test func `a stream is waited for, and asked but once`() {
        var play = Play(servers: 1)
        _ = play.asked()
        #expect(play.reply(.truncated, .ipv4) == Self.query(.ipv4, 0, .stream))
        #expect(play.reply(.truncated, .ipv4) == nil)
        play.reply(.addresses([]), .ipv6)
        #expect(play.asked(after: .seconds(5)) == [])
        #expect(play.outcome == nil)
        play.reply(.addresses(Self.v4), .ipv4, over: .stream)
        #expect(play.outcome == .found(Self.v4))
    }

    @Test func `while a stream is waited for, another server is asked`() {
        var play = Play(servers: 2)
        _ = play.asked()
        play.reply(.truncated, .ipv4)
        #expect(play.asked(after: .milliseconds(400)) == Self.both(1))
        play.reply(.failure(.unreachable), .ipv4, over: .stream)
        #expect(play.lookup.failures == [.withoutStream, nil])
    }

    private typealias Single = (NameLookup.Family, NameLookup.Reply, NameLookup.Outcome?)
    private static let singles: [Single] = [
        (.ipv4, .addresses(v4), .found(v4)),
        (.ipv4, .noSuchName, .noSuchName),
        (.ipv4, .addresses([]), nil),
        (.ipv4, .failure(.answered(code: 2)), nil),
        (.ipv6, .addresses(v6), .found(v6)),
        (.ipv6, .noSuchName, nil),
        (.ipv6, .addresses([]), nil),
        (.ipv6, .failure(.answered(code: 2)), nil),
    ]

    /// What one family's answer is worth while the other's is not there.
    @Test(arguments: singles)
    func `one answer alone`(
        family: NameLookup.Family, reply: NameLookup.Reply, outcome: NameLookup.Outcome?
    ) {
        var play = Play(servers: 1)
        _ = play.asked()
        play.reply(reply, family)
        #expect(play.outcome == nil)
        if outcome != nil { #expect(play.lookup.due == play.now.advanced(by: .milliseconds(50))) }
        _ = play.asked(after: .milliseconds(50))
        #expect(play.outcome == outcome)
        #expect(play.lookup.mayFindMore == (family == .ipv6))
    }

    private typealias Pair = (NameLookup.Reply, NameLookup.Reply, NameLookup.Outcome)
    private static let pairs: [Pair] = [
        (.addresses([]), .addresses([]), .withoutAddress),
        (.noSuchName, .noSuchName, .noSuchName),
        (.noSuchName, .failure(.answered(code: 4)), .noSuchName),
        (.addresses([]), .noSuchName, .withoutAddress),
        (.addresses([]), .failure(.answered(code: 2)), .failed),
        (.addresses(v4), .failure(.answered(code: 4)), .found(v4)),
        (.failure(.answered(code: 2)), .addresses(v6), .found(v6)),
    ]

    @Test(arguments: pairs)
    func `both answers`(
        ipv4: NameLookup.Reply, ipv6: NameLookup.Reply, outcome: NameLookup.Outcome
    ) {
        var play = Play(servers: 1)
        _ = play.asked()
        play.reply(ipv6, .ipv6)
        play.reply(ipv4, .ipv4)
        #expect(play.outcome == outcome)
    }

    @Test(arguments: [
        ("db", [], 1, ["db"]),
        ("db", ["a.test", "b.test"], 1, ["db.a.test", "db.b.test", "db"]),
        ("db.shop", ["a.test"], 1, ["db.shop", "db.shop.a.test"]),
        ("db.shop", ["a.test"], 5, ["db.shop.a.test", "db.shop"]),
        ("db.", ["a.test"], 1, ["db."]),
    ])
    func `names in the domains of the search path`(
        name: String, domains: [String], dots: Int, expected: [String]
    ) {
        #expect(Resolver.names(for: name, domains: domains, dots: dots) == expected)
    }
}
