import Basics
import Foundation
import Network
import Outcome
import TestSupport
import Testing

@Suite struct ConnectorTests {
    private static let refused = SystemErrorNumber(111)

    @Test(arguments: [Loopback.ipv4, .ipv6, .unix, .unixAbstract])
    func `a listener is connected to`(place: Loopback) throws {
        let socket = try BoundSocket(place)
        try socket.listen(backlog: 1)
        let address = try endpoint(socket.address)
        #expect(try Connector(addresses: [address]).run().address == address)
        #expect(accept(socket.descriptor, nil, nil) >= 0)
    }

    @Test(arguments: [Loopback.ipv4, .ipv6, .unix])
    func `a socket that nobody listens on refuses at once`(place: Loopback) throws {
        let peer = try RefusingPeer(on: place)
        let address = try endpoint(peer.address)
        #expect(
            try Connector(addresses: [address]).run().failures
                == [AttemptFailure(address: address, error: Self.refused)])
    }

    @Test func `after a refusal the next address is tried without delay`() throws {
        let refusing = try RefusingPeer()
        let socket = try BoundSocket(.ipv6)
        try socket.listen(backlog: 1)
        let addresses = [try endpoint(refusing.address), try endpoint(socket.address)]
        let connector = Connector(addresses: addresses)
        let poller = Poller()
        let end = connector.settle(poller, at: Instant(nanoseconds: 0))
        #expect(end?.address == addresses[1])
    }

    @Test func `families take turns, and every failure is told`() throws {
        let v6 = try (0..<3).map { _ in try RefusingPeer(on: .ipv6) }
        let v4 = try (0..<2).map { _ in try RefusingPeer() }
        let addresses = try (v6 + v4).map { try endpoint($0.address) }
        let failures = try Connector(addresses: addresses).run().failures ?? []
        #expect(failures.map(\.address) == [0, 3, 1, 4, 2].map { addresses[$0] })
        #expect(failures.allSatisfy { $0.error == Self.refused })
        let reversed = try Connector(addresses: addresses.reversed()).run().failures ?? []
        #expect(reversed.map(\.address) == [4, 2, 3, 1, 0].map { addresses[$0] })
    }

    @Test func `no more than sixteen addresses are tried`() throws {
        let peer = try RefusingPeer()
        let addresses = Array(repeating: try endpoint(peer.address), count: 40)
        #expect(try Connector(addresses: addresses).run().failures?.count == 16)
    }

    @Test func `who connects knows which addresses have neither failed nor won`() throws {
        let refusing = try RefusingPeer()
        let socket = try BoundSocket(.ipv4)
        try socket.listen(backlog: 1)
        let unused = try BoundSocket(.ipv4)
        let addresses = try [refusing.address, socket.address, unused.address].map {
            try endpoint($0)
        }
        let connector = Connector(addresses: addresses)
        #expect(!connector.hasBegun)
        let end = connector.settle(Poller(), at: Instant(nanoseconds: 0))
        #expect(end?.address == addresses[1])
        #expect(connector.hasBegun)
        #expect(connector.others == [addresses[2]])
    }

    // MARK: Side by side

    @Test func `a silent address holds the next one up for a quarter of a second`() throws {
        let silent = try FullPeer()
        let socket = try BoundSocket(.ipv6)
        try socket.listen(backlog: 1)
        let addresses = [try endpoint(silent.address), try endpoint(socket.address)]
        let connector = Connector(addresses: addresses)
        let poller = Poller()
        let start = Instant(nanoseconds: 1_000)
        let next = start.advanced(by: .milliseconds(250))

        #expect(connector.advance(poller, now: start).isWaiting)
        poller.reset()
        #expect(connector.register(in: poller) == next)
        poller.wait(for: .zero)
        let early = start.advanced(by: .nanoseconds(249_999_999))
        #expect(connector.advance(poller, now: early).isWaiting)
        #expect(accept(socket.descriptor, nil, nil) < 0)

        #expect(connector.settle(poller, at: next)?.address == addresses[1])
    }

    @Test func `while one address is silent, the failure of another is no verdict`() throws {
        let silent = try FullPeer()
        let refusing = try RefusingPeer()
        let connector = Connector(
            addresses: [try endpoint(silent.address), try endpoint(refusing.address)])
        let poller = Poller()
        var now = Instant(nanoseconds: 0)
        for _ in 0..<3 {
            #expect(connector.advance(poller, now: now).isWaiting)
            poller.reset()
            _ = connector.register(in: poller)
            poller.wait(for: .zero)
            now = now.advanced(by: .milliseconds(250))
        }
    }

    /// A TCP port refuses in a while, a path that is missing within the call.
    @Test(arguments: [true, false])
    func `beside a silent address, a failure brings the next one forward`(
        refusesLater: Bool
    ) throws {
        let silent = try FullPeer()
        let refusing = try RefusingPeer()
        let socket = try BoundSocket(.ipv4)
        try socket.listen(backlog: 1)
        let failing =
            refusesLater ? try endpoint(refusing.address) : .unix(path: "/nowhere/socket")
        let addresses = [try endpoint(silent.address), failing, try endpoint(socket.address)]
        let connector = Connector(addresses: addresses)
        let poller = Poller()
        var now = Instant(nanoseconds: 0)
        #expect(connector.advance(poller, now: now).isWaiting)
        poller.reset()
        now = try #require(connector.register(in: poller))
        poller.wait(for: .zero)
        #expect(connector.settle(poller, at: now)?.address == addresses[2])
    }

    // MARK: Unix sockets

    @Test(
        arguments: [
            ("missing", 2), ("file", 111), ("file/socket", 20),
            (String(repeating: "x", count: 200), 22),
        ] as [(String, Int32)])
    func `a path that is no socket says what it is`(name: String, error: Int32) throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try "text".write(toFile: directory + "/file", atomically: false, encoding: .utf8)
        let address = EndpointAddress.unix(path: "\(directory)/\(name)")
        #expect(
            try Connector(addresses: [address]).run().failures
                == [AttemptFailure(address: address, error: SystemErrorNumber(error))])
    }

    @Test func `the longest path is connected to`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let count = Limits.unixPathSize - directory.utf8.count - 1
        let path = directory + "/" + String(repeating: "s", count: count)
        let listener = try Listener.open(at: .unix(path: path))
        #expect(try Connector(addresses: [listener.address]).run().address == .unix(path: path))
    }

    @Test func `an abstract name that nobody has refuses`() throws {
        let address = EndpointAddress.unixAbstract(name: "health-probe-\(UUID().uuidString)")
        #expect(
            try Connector(addresses: [address]).run().failures
                == [AttemptFailure(address: address, error: Self.refused)])
    }

    @Test func `a full queue at a unix socket is tried again soon`() throws {
        let socket = try BoundSocket(.unix)
        try socket.listen(backlog: 0)
        var others: [Int32] = []
        defer { for descriptor in others { close(descriptor) } }
        while others.count < 64, let other = try? connectedSocket(to: socket.address, waits: false)
        {
            others.append(other)
        }
        try #require(others.count < 64, "the queue does not fill up here")
        let connector = Connector(addresses: [try endpoint(socket.address)])
        let poller = Poller()
        let start = Instant(nanoseconds: 0)
        #expect(connector.advance(poller, now: start).isWaiting)
        poller.reset()
        let due = try #require(connector.register(in: poller))
        #expect(due > start)
        // Not before its time, and in vain as long as the queue is full.
        #expect(connector.advance(poller, now: start).isWaiting)
        #expect(connector.advance(poller, now: due).isWaiting)
        for _ in others { close(accept(socket.descriptor, nil, nil)) }
        poller.reset()
        let later = try #require(connector.register(in: poller))
        #expect(later > due)
        #expect(connector.advance(poller, now: later).result?.address != nil)
    }

    @Test func `a zone that does not exist is an error of its address`() throws {
        let address = EndpointAddress.ipv6(
            IPv6Address(
                octets: [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                zone: "no-such-zone"), port: 1)
        let failures = try Connector(addresses: [address]).run().failures ?? []
        #expect(failures.map(\.address) == [address])
        #expect(failures.first?.error != SystemErrorNumber(0))
    }
}
