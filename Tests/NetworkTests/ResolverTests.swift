import Basics
import Network
import Outcome
import TestSupport
import Testing

@Suite struct ResolverTests {
    private enum Outcome: Equatable {
        case found([EndpointAddress])
        case failed(Cause)
    }

    private func resolve(
        _ name: String = "db.test", _ server: TestNameServer
    ) throws -> Outcome {
        try outcome(of: try Resolver.start(name, port: 5000, server: server.server))
    }

    private func outcome(of resolver: Resolver) throws -> Outcome {
        try result(register: { poller, now in resolver.register(in: poller, now: now) }) {
            poller, now in
            switch resolver.advance(poller, now: now) {
            case .wait: nil
            case .found(let addresses): .found(addresses)
            case .failed(let cause): .failed(cause)
            }
        }
    }

    private static let v4 = (1...3).map { IPv4Address(octets: [192, 0, 2, $0]) }
    private static let v6 = (1...3).map { last in
        IPv6Address(octets: [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last])
    }
    private static func endpoints(_ addresses: [IPv4Address]) -> [EndpointAddress] {
        addresses.map { .ipv4($0, port: 5000) }
    }

    private static let both = v4.map(IPAddress.v4) + v6.map(IPAddress.v6)

    @Test func `both families are asked for, and IPv6 comes first`() throws {
        let server = try TestNameServer { _ in .addresses(Self.both) }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.prefix(3).allSatisfy { $0.isIPv6 })
        let expected =
            Self.v6.map { EndpointAddress.ipv6($0, port: 5000) }
            + Self.v4.map { EndpointAddress.ipv4($0, port: 5000) }
        #expect(Set(addresses.map(\.description)) == Set(expected.map(\.description)))
        #expect(Set(server.questions.map(\.type)) == [1, 28])
        #expect(server.questions.allSatisfy { $0.name == "db.test" })
    }

    @Test(arguments: [1, 28] as [UInt16])
    func `one family is enough`(type: UInt16) throws {
        let server = try TestNameServer { $0.type == type ? .addresses(Self.both) : .nothing }
        let expected =
            type == 1
            ? Self.v4.map { EndpointAddress.ipv4($0, port: 5000) }
            : Self.v6.map { EndpointAddress.ipv6($0, port: 5000) }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(Set(addresses.map(\.description)) == Set(expected.map(\.description)))
    }

    @Test func `a name that does not exist is not found`() throws {
        let server = try TestNameServer { _ in .failure(3) }
        #expect(try resolve("no.test", server) == .failed(.nameNotFound))
    }

    @Test func `a name can be without addresses`() throws {
        let server = try TestNameServer { _ in .nothing }
        #expect(try resolve("mail.test", server) == .failed(.nameWithoutAddress))
    }

    @Test(arguments: [(1, "FORMERR"), (2, "SERVFAIL"), (4, "NOTIMP"), (5, "REFUSED")])
    func `a server that cannot answer is quoted, and asked no more`(
        code: UInt8, name: String
    ) throws {
        let server = try TestNameServer { _ in .failure(code) }
        #expect(
            try resolve("db.test", server)
                == .failed(.nameServer("the name server \(server.server) answered \(name)")))
        #expect(server.questions.count == 2)
    }

    @Test(arguments: [2, 5] as [UInt8])
    func `an address counts, whatever is said of the other family`(code: UInt8) throws {
        let server = try TestNameServer { $0.type == 1 ? .addresses(Self.both) : .failure(code) }
        #expect(try resolve("db.test", server) == .found(Self.endpoints(Self.v4)))
    }

    @Test func `a family that is never answered for does not keep the other waiting`() throws {
        let server = try TestNameServer { $0.type == 1 ? .addresses(Self.both) : .silence }
        #expect(try resolve("db.test", server) == .found(Self.endpoints(Self.v4)))
    }

    @Test func `IPv4 addresses that come late are found when IPv6 ones are not enough`() throws {
        let server = try TestNameServer {
            $0.type == 1 && $0.repetition == 0 ? .silence : .addresses(Self.both)
        }
        let resolver = try Resolver.start("db.test", port: 5000, server: server.server)
        guard case .found(let addresses) = try outcome(of: resolver) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.allSatisfy { $0.isIPv6 })
        #expect(resolver.mayFindMore)
        resolver.findMore()
        #expect(try outcome(of: resolver) == .found(Self.endpoints(Self.v4)))
        #expect(!resolver.mayFindMore)
    }

    @Test func `an answer that was cut is asked for over TCP`() throws {
        let server = try TestNameServer { $0.isOverTCP ? .addresses(Self.both) : .truncated }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.count == 6)
        #expect(server.questions.count { $0.isOverTCP } == 2)
    }

    @Test func `a server that hangs up over TCP has no answer`() throws {
        let server = try TestNameServer { $0.isOverTCP ? .hangup : .truncated }
        #expect(
            try resolve("db.test", server)
                == .failed(
                    .nameServer("the name server \(server.server) gave no answer over TCP")))
    }

    @Test func `a lost question is asked again`() throws {
        let server = try TestNameServer {
            $0.repetition == 0 ? .silence : .addresses(Self.both)
        }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.count == 6)
    }

    @Test func `a server that is silent is not waited for without end`() throws {
        let server = try TestNameServer { _ in .silence }
        let resolver = try Resolver.start("db.test", port: 1, server: server.server)
        let poller = Poller()
        let now = Clock.now()
        guard case .wait = resolver.advance(poller, now: now) else {
            Issue.record("an answer from nowhere")
            return
        }
        poller.reset()
        let due = try #require(resolver.register(in: poller, now: now))
        #expect(due.since(now) == Limits.nameServerTimeout)
        #expect(resolver.failure == nil)
    }

    /// An older c-ares waits for a better answer, a newer one asks again.
    @Test func `garbage is no answer`() throws {
        let server = try TestNameServer {
            $0.repetition == 0 ? .garbage(thenAddresses: Self.both) : .addresses(Self.both)
        }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.count == 6)
    }

    @Test func `no more than sixteen addresses are kept`() throws {
        let many = (0..<25).map { IPAddress.v4(IPv4Address(octets: [192, 0, 2, $0])) }
        let server = try TestNameServer { $0.type == 1 ? .addresses(many) : .nothing }
        guard case .found(let addresses) = try resolve("db.test", server) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.count == Limits.addresses)
    }

    @Test func `a name in the hosts file is found there, and the time that takes is seen`() throws {
        let server = try TestNameServer { _ in .silence }
        let resolver = try Resolver.start("localhost", port: 5000, server: server.server)
        let poller = Poller()
        let now = Clock.now()
        guard case .wait = resolver.advance(poller, now: now) else {
            Issue.record("it was found before anybody looked at the clock again")
            return
        }
        #expect(resolver.register(in: poller, now: now) == now)
        guard case .found(let addresses) = resolver.advance(poller, now: Clock.now()) else {
            Issue.record("nothing was found")
            return
        }
        #expect(addresses.contains(.ipv4(.loopback, port: 5000)))
        #expect(!resolver.mayFindMore)
        #expect(server.questions.isEmpty)
    }

    @Test func `a resolver can be dropped at any time`() throws {
        let server = try TestNameServer { _ in .silence }
        _ = try Resolver.start("db.test", port: 1, server: server.server)
        let resolver = try Resolver.start("db.test", port: 1, server: server.server)
        _ = resolver.register(in: Poller(), now: Clock.now())
    }
}
