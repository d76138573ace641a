import Foundation
import TestSupport
import Testing

@Suite struct LoopbackPeerTests {
    private static let greeting = FrameWriter.preface + FrameWriter.settings([])
    private static let goodbye = FrameWriter.goAway(lastStream: 0, code: 0, debug: [])

    @Test(arguments: [Loopback.ipv4, .ipv6, .unix, .unixAbstract])
    func aClientIsServedWhereverItIs(_ place: Loopback) throws {
        let peer = try LoopbackPeer(try PeerScript("await preface\nclose"), on: place)
        do {
            let client = try TestClient(peer.address)
            try client.send(Self.greeting)
            let answer = client.readToEnd()
            #expect(answer.starts(with: FrameWriter.settings([])))
            try client.send(Self.goodbye)
        }
        let records = peer.finish()
        #expect(records.count == 1)
        #expect(records.first?.isPolite == true)
    }

    @Test func aResetByTheClientIsSeen() throws {
        let peer = try LoopbackPeer(try PeerScript("silence"))
        do {
            // Closed with the server's SETTINGS unread.
            let client = try TestClient(peer.address)
            try client.send(Self.greeting + Self.goodbye)
            client.waitForBytes()
        }
        let records = peer.finish()
        #expect(records.first?.end == .reset)
        #expect(records.first?.isPolite == false)
    }

    @Test func aClientThatIsAnsweredTooLateWasPolite() throws {
        let script = try PeerScript("await preface\npause 50ms\nrepeat 100 ping\nsilence")
        let peer = try LoopbackPeer(script)
        do {
            let client = try TestClient(peer.address)
            try client.send(Self.greeting + Self.goodbye)
            // The server's SETTINGS and its answer to ours.
            #expect(client.read(18).count == 18)
        }
        #expect(peer.finish().first?.isPolite == true)
    }

    @Test func everyConnectionPlaysItsPart() throws {
        let script = try PeerScript(
            "connection 1\nraw \"one\"\nclose\nconnection 2\nraw \"two\"\nclose")
        let peer = try LoopbackPeer(script)
        for answer in ["one", "two", "two"] {
            #expect(try TestClient(peer.address).readToEnd() == Array(answer.utf8))
        }
        #expect(peer.finish().count == 3)
    }

    @Test func anAbortIsReset() throws {
        let peer = try LoopbackPeer(try PeerScript("no-settings\nawait bytes\nabort"))
        let client = try TestClient(peer.address)
        try client.send([0])
        #expect(client.readToEnd().isEmpty)
        #expect(client.lastError == ECONNRESET)
    }

    @Test func anEndDoesNotWaitForClientsForEver() throws {
        let peer = try LoopbackPeer(try PeerScript("silence"))
        let client = try TestClient(peer.address)
        #expect(peer.wait { $0.count == 1 })
        #expect(peer.finish(within: .zero).first?.end == .open)
        _ = client.readToEnd()
    }

    @Test func aServerThatDoesNotReadNoticesTheEnd() throws {
        let peer = try LoopbackPeer(try PeerScript("deaf\nsilence"))
        do {
            let client = try TestClient(peer.address)
            try client.send([UInt8](repeating: 0, count: 100))
        }
        #expect(peer.finish().first?.end != .open)
    }

    @Test func aRefusingPeerRefuses() throws {
        let peer = try RefusingPeer()
        let error = #expect(throws: SocketError.self) { try TestClient(peer.address) }
        #expect(error?.code == ECONNREFUSED)
    }

    @Test func aFullPeerNeitherOpensNorRefuses() throws {
        let peer = try FullPeer()
        let client = try TestClient(peer.address, waits: false)
        #expect(client.isOpen(after: 50) == false)
    }
}

/// The barest client: bytes to a peer and back.
private final class TestClient {
    private let descriptor: Int32
    private(set) var lastError: Int32 = 0

    init(_ address: String, waits: Bool = true) throws {
        descriptor = try connectedSocket(to: address, waits: waits)
    }

    deinit {
        close(descriptor)
    }

    func send(_ bytes: [UInt8]) throws {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw SocketError("write") }
    }

    func readToEnd() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { lastError = errno }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    func read(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let size = recv(descriptor, &buffer, buffer.count, 0)
            guard size > 0 else { break }
            bytes += buffer[..<size]
        }
        return bytes
    }

    func waitForBytes() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, 5000)
    }

    func isOpen(after milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, milliseconds) == 1
    }
}
