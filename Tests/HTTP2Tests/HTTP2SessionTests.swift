import Basics
import GRPC
import HTTP2
import TestSupport
import Testing

/// A client's session and what a well-behaved server says to it.
@Suite struct HTTP2SessionTests {
    // MARK: What the client says

    @Test func `the preface, the settings and the request leave together`() throws {
        let client = try ObservedSession.asking()
        try #require(client.frames.map(\.summary) == ["SETTINGS", "HEADERS", "DATA(1)"])
        #expect(client.frames[0].settings == [Setting(identifier: 2, value: 0)])
        let headers = client.frames[1]
        #expect(headers.stream == 1)
        #expect(headers.has(FrameFlags.endHeaders) && !headers.has(FrameFlags.endStream))
        var decoder = HPACKDecoder()
        #expect(try decoder.fields(of: headers.content()) == requestFields.fields)
        let body = client.frames[2]
        #expect(body.stream == 1 && body.flags == FrameFlags.endStream)
        #expect(body.payload == requestBody)
    }

    @Test func `an empty body ends the stream too`() throws {
        var client = try ObservedSession()
        _ = try client.session.submitRequest(requestFields, body: [])
        try client.flush()
        let last = try #require(client.frames.last)
        #expect(last == Frame(type: FrameType.data, flags: FrameFlags.endStream, stream: 1))
    }

    @Test func `requests on one connection have streams of their own`() throws {
        var client = try ObservedSession()
        let streams = try (0..<3).map { _ in
            try client.session.submitRequest(requestFields, body: requestBody)
        }
        #expect(streams == [1, 3, 5])
        try client.flush()
        func ends() -> [UInt32] {
            client.frames.filter { $0.type == FrameType.data }.map(\.stream)
        }
        // How many the server takes at a time is not known before its SETTINGS.
        #expect(ends() == [1])
        try client.receive(ServerBytes.settings)
        #expect(ends() == [1, 3, 5])
    }

    @Test func `every SETTINGS is acknowledged, and every PING with its own bytes`() throws {
        var client = try ObservedSession.asking()
        _ = client.takeFrames()
        try client.receive(
            ServerBytes.settings + FrameWriter.settingsAck
                + FrameWriter.ping([1, 2, 3, 4, 5, 6, 7, 8]) + ServerBytes.settings
                + FrameWriter.ping([8, 7, 6, 5, 4, 3, 2, 1]))
        let answers = client.takeFrames()
        #expect(answers.filter { $0.type == FrameType.settings }.map(\.flags) == [1, 1])
        let pings = answers.filter { $0.type == FrameType.ping }
        #expect(pings.map(\.payload) == [[1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1]])
        #expect(pings.allSatisfy { $0.flags == FrameFlags.ack })
        #expect(client.events == [.settings, .settings])
    }

    @Test func `goodbye is one GOAWAY, and silence after it`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + ServerBytes.answer)
        _ = client.takeFrames()
        client.session.sayGoAway()
        try client.flush()
        let goodbye = client.takeFrames()
        #expect(goodbye.map(\.summary) == ["GOAWAY"])
        #expect(goodbye.first?.number(at: 4) == 0)
        try client.receive(FrameWriter.ping([0, 0, 0, 0, 0, 0, 0, 0]) + ServerBytes.settings)
        client.session.sayGoAway()
        try client.flush()
        #expect(client.takeFrames().isEmpty)
        #expect(client.violation == nil)
    }

    @Test func `goodbye comes after a reset that was taken out before`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings)
        _ = client.takeFrames()
        client.session.reset(1, .cancel)
        try client.flush()
        client.session.sayGoAway()
        try client.flush()
        let frames = client.takeFrames()
        #expect(frames.map(\.summary) == ["RST_STREAM", "GOAWAY"])
        #expect(frames.first?.number(at: 0) == ErrorCode.cancel)
    }

    // MARK: What the server says

    @Test func `an answer is headers, data and trailers`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + ServerBytes.answer)
        #expect(
            client.wholeEvents == [
                .settings,
                .headers(1, HeaderBlock(responseFields), isTruncated: false, endStream: false),
                .data(1, [0, 0, 0, 0, 2, 8, 1], endStream: false),
                .headers(1, HeaderBlock(okTrailers), isTruncated: false, endStream: true),
                .closed(1, .finished),
            ])
    }

    @Test func `padding, continuations and unknown frames leave no trace`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.rich + ServerBytes.goodbye)
        let long = fields(["x-long": String(repeating: "v", count: 100)])
        #expect(
            client.wholeEvents == [
                .settings,
                .headers(
                    1, HeaderBlock(fields([":status": "103", "link": "</x>"])),
                    isTruncated: false, endStream: false),
                .headers(
                    1, HeaderBlock(responseFields + long), isTruncated: false, endStream: false),
                .data(1, [0, 0, 0, 0, 2, 8, 1], endStream: false),
                .settings,
                .headers(
                    1, HeaderBlock(okTrailers + fields(["grpc-message": ""])),
                    isTruncated: false, endStream: true),
                .closed(1, .finished),
                .goAway(lastStream: 1, .noError, debugData: Array("bye".utf8)),
            ])
    }

    @Test func `data can end the stream`() throws {
        var client = try ObservedSession.asking()
        try client.receive(
            ServerBytes.settings + ServerBytes.headers(responseFields, end: false)
                + FrameWriter.data([1, 2], stream: 1, end: true))
        #expect(
            client.wholeEvents.suffix(2) == [
                .data(1, [1, 2], endStream: true), .closed(1, .finished),
            ])
    }

    @Test(arguments: [0, 2, 7, 8, 11, 0x1F] as [UInt32])
    func `a reset names its code`(code: UInt32) throws {
        var client = try ObservedSession.asking()
        try client.receive(
            ServerBytes.settings + FrameWriter.reset(stream: 1, code: code))
        #expect(
            client.events == [
                .settings, .reset(1, HTTP2ErrorCode(code)), .closed(1, .finished),
            ])
    }

    @Test func `GOAWAY names the last stream, the code and at most 4 KiB of words`() throws {
        var client = try ObservedSession.asking()
        let words = [UInt8](repeating: 0x77, count: 10_000)
        try client.receive(
            ServerBytes.settings + FrameWriter.goAway(lastStream: 0, code: 11, debug: words))
        #expect(
            client.events.filter { if case .closed = $0 { false } else { true } } == [
                .settings,
                .goAway(
                    lastStream: 0, .enhanceYourCalm, debugData: Array(words.prefix(4096))),
            ])
    }

    // MARK: Chunks

    private func chunked(_ size: Int) throws -> (events: [HTTP2Event], frames: [Frame]) {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.rich, inPiecesOf: size)
        return (client.wholeEvents, client.frames)
    }

    @Test func `every chunking of a server's bytes gives the same events and answers`() throws {
        let whole = try chunked(ServerBytes.rich.count)
        #expect(whole.events.count == 7)
        for size in 1...64 {
            let pieces = try chunked(size)
            try #require(pieces.events == whole.events, "pieces of \(size)")
            try #require(pieces.frames == whole.frames, "pieces of \(size)")
        }
        for index in ServerBytes.rich.indices {
            var client = try ObservedSession.asking()
            try client.receive(Array(ServerBytes.rich[..<index]))
            try client.receive(Array(ServerBytes.rich[index...]))
            try #require(client.wholeEvents == whole.events, "split at \(index)")
            try #require(client.frames == whole.frames, "split at \(index)")
        }
    }

    @Test func `every beginning of a server's bytes is a beginning of its events`() throws {
        let whole = try chunked(ServerBytes.rich.count).events
        for index in ServerBytes.rich.indices {
            var client = try ObservedSession.asking()
            try client.receive(Array(ServerBytes.rich[..<index]))
            #expect(client.violation == nil)
            // A body may still be growing.
            let known = client.wholeEvents.filter { if case .data = $0 { false } else { true } }
            let all = whole.filter { if case .data = $0 { false } else { true } }
            #expect(all.starts(with: known))
        }
    }
}
