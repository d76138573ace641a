import Basics
import GRPC
import HTTP2
import TestSupport
import Testing

/// Servers that break the rules, or try to eat memory.
@Suite struct HostilePeerTests {
    // MARK: Broken rules

    @Test(arguments: BrokenRule.all)
    fileprivate func `a broken rule of the connection is a violation`(rule: BrokenRule) throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + rule.bytes)
        let violation = try #require(client.violation)
        #expect(!violation.isEmpty)
        #expect(client.hasObjected)
        // Nothing that comes after it counts.
        let count = client.events.count
        try? client.receive(ServerBytes.answer)
        #expect(client.events.count == count)
    }

    @Test(arguments: BrokenRule.all)
    fileprivate func `it is one in any chunks`(rule: BrokenRule) throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + rule.bytes, inPiecesOf: 1)
        #expect(client.violation != nil)
    }

    private static let promise = FrameWriter.headers(
        block: [0, 0, 0, 2] + HeaderBlockWriter.block(requestFields.fields),
        type: FrameType.pushPromise, stream: 1, end: false)

    @Test func `a push is a violation once the settings are acknowledged`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + FrameWriter.settingsAck + Self.promise)
        #expect(client.violation != nil)
    }

    /// A server may not know yet that nobody wants it.
    @Test func `a push before that does no harm`() throws {
        var client = try ObservedSession.asking()
        let pushed = FrameWriter.headers(
            block: HeaderBlockWriter.block(responseFields), stream: 2, end: true)
        try client.receive(
            ServerBytes.settings + Self.promise + pushed + FrameWriter.settingsAck
                + ServerBytes.answer)
        #expect(client.violation == nil)
        #expect(
            client.events.contains(
                .headers(1, HeaderBlock(responseFields), isTruncated: false, endStream: false)))
        #expect(client.events.last == .closed(1, .finished))
    }

    @Test func `a broken rule of the stream ends that stream alone`() throws {
        var client = try ObservedSession()
        for _ in 0..<2 {
            _ = try client.session.submitRequest(requestFields, body: requestBody)
        }
        try client.receive(ServerBytes.settings)
        try client.receive(
            FrameWriter.windowUpdate(stream: 3, increment: 0x7FFF_FFFF)
                + ServerBytes.answer)
        #expect(client.violation == nil)
        let closures = client.events.compactMap { event -> String? in
            guard case .closed(let stream, let closure) = event else { return nil }
            guard case .violation(let text) = closure else { return "\(stream)" }
            return text.isEmpty ? nil : "\(stream) broke a rule"
        }
        #expect(closures.sorted() == ["1", "3 broke a rule"])
        #expect(client.frames.contains { $0.type == FrameType.reset && $0.stream == 3 })
    }

    @Test func `frames for a stream that is over are overlooked`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings)
        client.session.reset(1, .cancel)
        try client.flush()
        try client.receive(ServerBytes.answer)
        #expect(client.violation == nil)
        #expect(client.events == [.settings, .closed(1, .reset(.cancel))])
    }

    // MARK: Too much

    @Test func `more than a thousand PINGs in one read are answered`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings)
        _ = client.takeFrames()
        let pings = (0..<1_500).map { FrameWriter.ping(UInt64($0).bigEndianBytes) }
        try client.receive(pings.flatMap(\.self))
        let answers = client.takeFrames()
        #expect(answers.map(\.payload) == (0..<1_500).map { UInt64($0).bigEndianBytes })
    }

    @Test func `as many SETTINGS as one read holds are acknowledged`() throws {
        var client = try ObservedSession.asking()
        let count = Limits.readSize / 9
        try client.receive(Array(repeating: ServerBytes.settings, count: count).flatMap(\.self))
        #expect(client.events == Array(repeating: .settings, count: count))
        #expect(client.violation == nil)
    }

    @Test func `answers that nobody reads do not pile up without end`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings)
        let ping = FrameWriter.ping([0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: HTTP2Error.self) {
            try client.receive(Array(repeating: ping, count: 3_000).flatMap(\.self))
        }
    }

    @Test(arguments: [9_000, 63_000, 500_000])
    func `large headers are taken`(size: Int) throws {
        var client = try ObservedSession.asking()
        let long = responseFields + fields(["x": String(repeating: "X", count: size)])
        try client.receive(ServerBytes.settings + ServerBytes.headers(long, end: true))
        let headers = HTTP2Event.headers(1, HeaderBlock(long), isTruncated: false, endStream: true)
        // nghttp2 takes fields and CONTINUATION frames up to limits of its own.
        #expect(client.events.contains(headers) == (size < 64_000))
        #expect((client.violation == nil) == (size < 64_000))
    }

    private func bomb(count: Int, end: Bool = true) -> [UInt8] {
        FrameWriter.headers(
            block: HeaderBlockWriter.block(responseFields) + ServerBytes.bomb(count: count),
            stream: 1, end: end)
    }

    @Test func `headers within the limit are whole`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + bomb(count: 200))
        guard case .headers(1, let block, false, true) = client.events[1] else {
            Issue.record("no whole headers: \(client.events.count) events")
            return
        }
        #expect(block.fields.count == responseFields.count + 201)
    }

    @Test func `headers over the limit are cut and say so`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + bomb(count: 60_000) + ServerBytes.settings)
        guard case .headers(1, let block, true, true) = client.events[1] else {
            Issue.record("no cut headers: \(client.events.count) events")
            return
        }
        #expect(block.fields.starts(with: responseFields))
        #expect(client.events.size <= Limits.headerListSize)
        // The connection goes on.
        #expect(client.events.last == .settings)
        #expect(client.violation == nil)
    }

    @Test(arguments: [1, 100, 5_000, 16_384])
    func `however a block arrives, it stays within the limit`(size: Int) throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + bomb(count: 60_000), inPiecesOf: size)
        guard case .headers(1, _, true, true) = client.events[1] else {
            Issue.record("no cut headers: \(client.events.count) events")
            return
        }
        #expect(client.events.size <= Limits.headerListSize)
    }

    @Test func `many header blocks in one read are within the limit together`() throws {
        var client = try ObservedSession.asking()
        let block = bomb(count: 100, end: false)
        try client.receive(
            ServerBytes.settings + Array(repeating: block, count: 20).flatMap(\.self))
        #expect(client.events.size <= Limits.headerListSize)
        let cut = client.events.filter {
            if case .headers(_, _, true, _) = $0 { true } else { false }
        }
        #expect(!cut.isEmpty)
        #expect(client.violation == nil)
    }

    // MARK: Chance

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `damaged bytes never crash and never grow`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let bytes = random.damaged(ServerBytes.rich + ServerBytes.goodbye)
            var client = try ObservedSession.asking()
            // A session that cannot go on says so, and is then left alone.
            try? client.receive(bytes, inPiecesOf: random.next(upTo: bytes.count) + 1)
            #expect(client.events.size <= Limits.headerListSize + bytes.count)
            #expect(client.events.count <= bytes.count)
        }
    }
}

private struct BrokenRule: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        testDescription = name
        self.bytes = bytes
    }

    init(_ name: String, type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8]) {
        self.init(
            name,
            FrameWriter.frame(Frame(type: type, flags: flags, stream: stream, payload: payload)))
    }

    static let all = [
        BrokenRule("HTTP/1.1", Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
        BrokenRule(
            "a frame over the limit", type: 0, stream: 1, [UInt8](repeating: 0, count: 16_385)),
        BrokenRule("DATA on stream 0", type: 0, [1]),
        BrokenRule("DATA on a stream of nobody's", type: 0, stream: 7, [1]),
        BrokenRule("HEADERS on stream 0", type: 1, flags: 4, [0x88]),
        BrokenRule("HEADERS on an even stream", type: 1, flags: 4, stream: 2, [0x88]),
        BrokenRule("HEADERS that HPACK cannot read", type: 1, flags: 4, stream: 1, [0xFF, 0xFF]),
        BrokenRule("padding longer than the frame", type: 0, flags: 8, stream: 1, [9, 1]),
        BrokenRule("RST_STREAM on an idle stream", type: 3, stream: 9, [0, 0, 0, 8]),
        BrokenRule("RST_STREAM of three bytes", type: 3, stream: 1, [0, 0, 8]),
        BrokenRule("SETTINGS of five bytes", type: 4, [0, 3, 0, 0, 0]),
        BrokenRule("SETTINGS on a stream", type: 4, stream: 1, []),
        BrokenRule("an acknowledgement with settings", type: 4, flags: 1, [0, 3, 0, 0, 0, 1]),
        BrokenRule("a window over 2^31-1", type: 4, [0, 4, 0x80, 0, 0, 0]),
        BrokenRule("a maximum frame size of 1", type: 4, [0, 5, 0, 0, 0, 1]),
        BrokenRule("a server that enables push", type: 4, [0, 2, 0, 0, 0, 1]),
        BrokenRule("PING of seven bytes", type: 6, [0, 0, 0, 0, 0, 0, 0]),
        BrokenRule("PING on a stream", type: 6, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]),
        BrokenRule("GOAWAY on a stream", type: 7, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]),
        BrokenRule("GOAWAY of four bytes", type: 7, [0, 0, 0, 0]),
        BrokenRule("WINDOW_UPDATE by 0", type: 8, [0, 0, 0, 0]),
        BrokenRule("WINDOW_UPDATE over 2^31-1", type: 8, [0x7F, 0xFF, 0xFF, 0xFF]),
        BrokenRule("CONTINUATION of nothing", type: 9, flags: 4, stream: 1, [0x88]),
        BrokenRule(
            "a frame inside a header block",
            FrameWriter.headers(block: [0x88], stream: 1, end: false, finished: false)
                + FrameWriter.ping([0, 0, 0, 0, 0, 0, 0, 0])),
        BrokenRule(
            "a second GOAWAY with a higher stream",
            FrameWriter.goAway(lastStream: 1, code: 0, debug: [])
                + FrameWriter.goAway(lastStream: 3, code: 0, debug: [])),
    ]
}

extension SplitMix64 {
    fileprivate mutating func next(upTo bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    /// The bytes with one to four flips, cuts, repetitions or insertions.
    fileprivate mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(upTo: 4) where !bytes.isEmpty {
            let index = next(upTo: bytes.count)
            let end = min(bytes.count, index + 1 + next(upTo: 40))
            switch next(upTo: 5) {
            case 0: bytes[index] ^= 1 << UInt8(next(upTo: 8))
            case 1: bytes[index] = UInt8(truncatingIfNeeded: next())
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
            default: bytes.insert(UInt8(truncatingIfNeeded: next()), at: index)
            }
        }
        return bytes
    }
}
