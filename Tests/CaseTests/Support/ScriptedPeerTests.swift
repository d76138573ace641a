import GRPC
import TestSupport
import Testing

@Suite struct ScriptedPeerTests {
    private static let request =
        FrameWriter.headers(
            block: HeaderBlockWriter.block([HeaderField(":path", "/x")]), stream: 1, end: false)
        + FrameWriter.data(FrameWriter.message([0x0a, 0x00]), stream: 1, end: true)
    private static let opening = FrameWriter.preface + FrameWriter.settings([])

    private func peer(_ script: String) throws -> ScriptedPeer {
        ScriptedPeer(try PeerScript(script).connection(0))
    }

    @Test func aHealthyServerAnswersInEveryChunking() throws {
        let client = Self.opening + FrameWriter.ping([1, 2, 3, 4, 5, 6, 7, 8]) + Self.request
        for size in 1...client.count {
            var peer = try peer("await request\nserving")
            var sent = peer.start().bytes
            for start in stride(from: 0, to: client.count, by: size) {
                sent += peer.receive(Array(client[start...].prefix(size))).bytes
            }
            let frames = try frames(in: sent)
            #expect(frames.map(\.type) == [0x4, 0x4, 0x6, 0x1, 0x0, 0x1])
            #expect(frames[4].payload == [0, 0, 0, 0, 2, 8, 1])
            #expect(peer.record.requests.first?.values(":path") == ["/x"])
            #expect(peer.record.requests.first?.message == [0x0a, 0x00])
            #expect(peer.record.waitingAtLine == nil)
        }
    }

    @Test func everyAwaitedThingCountsOnce() throws {
        var peer = try peer("await settings-ack\nrepeat 3 await ping-ack\nclose")
        _ = peer.start()
        _ = peer.receive(Self.opening + FrameWriter.settingsAck)
        for number in 0..<3 {
            #expect(peer.record.waitingAtLine == 2)
            let actions = peer.receive(FrameWriter.ping([UInt8(number)], ack: true))
            #expect(actions == (number == 2 ? [.close] : []))
        }
    }

    @Test func theWindowsAreKept() throws {
        var peer = try peer("await request\nresponse\ndata 00*70000 end")
        _ = peer.start()
        let first = peer.receive(Self.opening + Self.request).bytes
        #expect(try dataSize(first) == 65535)
        let update = FrameWriter.windowUpdate(stream: 0, increment: 4000)
        #expect(peer.receive(update).bytes.isEmpty)
        let both = FrameWriter.windowUpdate(stream: 1, increment: 10000) + update
        let rest = try frames(in: peer.receive(both).bytes)
        #expect(rest.map(\.payload.count) == [4465])
        #expect(rest.last?.has(FrameFlags.endStream) == true)
    }

    @Test func theWindowsCanBeOverrun() throws {
        var peer = try peer("await request\ndata 00*70000 end overrun")
        _ = peer.start()
        #expect(try dataSize(peer.receive(Self.opening + Self.request).bytes) == 70000)
    }

    @Test func headersAndRequestAreTheSameRequest() throws {
        var peer = try peer("await headers\nping\nawait request\nserving")
        _ = peer.start()
        let head = FrameWriter.headers(block: [], stream: 5, end: false)
        #expect(try frames(in: peer.receive(Self.opening + head).bytes).last?.type == 0x6)
        let tail = FrameWriter.data([], stream: 5, end: true)
        #expect(try frames(in: peer.receive(tail).bytes).map(\.stream) == [5, 5, 5])
    }

    @Test func aTrickleIsOneByteAtATime() throws {
        var peer = try peer("no-settings\ntrickle 5ms\nraw \"ab\"\nclose")
        let pause = PeerAction.pause(milliseconds: 5)
        #expect(peer.start() == [.send([0x61]), pause, .send([0x62]), pause, .close])
    }

    @Test func aClientThatLeavesEndsTheScript() throws {
        var peer = try peer("await request\nserving")
        _ = peer.start()
        #expect(peer.receiveEnd(.finished).isEmpty)
        #expect(peer.record.waitingAtLine == 1)
        #expect(peer.record.isPolite == false)
    }

    @Test func politeIsGoAwayAndFIN() throws {
        for (code, end, isPolite) in [
            (0, ClientEnd.finished, true), (1, .finished, false), (0, .reset, false),
            (0, .open, false),
        ] as [(UInt32, ClientEnd, Bool)] {
            var peer = try peer("await goaway\nsilence")
            _ = peer.start()
            let farewell = FrameWriter.goAway(lastStream: 0, code: code, debug: [])
            _ = peer.receive(Self.opening + farewell)
            if end != .open { _ = peer.receiveEnd(end) }
            #expect(peer.record.isPolite == isPolite)
        }
    }

    @Test func whatIsNotHTTP2IsRemembered() throws {
        var peer = try peer("await bytes\nraw \"no\"")
        _ = peer.start()
        #expect(peer.receive(Array("\u{16}\u{3}\u{1}".utf8)) == [.send(Array("no".utf8))])
        #expect(peer.record.malformed != nil)
    }

    private func dataSize(_ sent: [UInt8]) throws -> Int {
        try frames(in: sent).filter { $0.type == FrameType.data }.map(\.payload.count)
            .reduce(0, +)
    }
}

extension [PeerAction] {
    /// All that is sent, in one piece.
    fileprivate var bytes: [UInt8] {
        flatMap { if case .send(let bytes) = $0 { bytes } else { [UInt8]() } }
    }
}

/// The frames of a server, which sends no preface.
private func frames(in sent: [UInt8]) throws -> [Frame] {
    var reader = FrameReader()
    return try reader.frames(in: FrameWriter.preface + sent)
}
