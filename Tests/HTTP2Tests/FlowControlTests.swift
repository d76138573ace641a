import GRPC
import HTTP2
import TestSupport
import Testing

/// Windows, limits and streams that end early.
@Suite struct FlowControlTests {
    /// Hands a client's bytes to a server and back until both are silent.
    private func converse(_ client: HTTP2Session, _ server: HTTP2Session) throws -> (
        client: [HTTP2Event], server: [HTTP2Event]
    ) {
        var clientEvents: [HTTP2Event] = []
        var serverEvents: [HTTP2Event] = []
        while true {
            var toServer: [UInt8] = []
            try client.takeOutput(into: &toServer)
            try server.receive(toServer.span)
            var toClient: [UInt8] = []
            try server.takeOutput(into: &toClient)
            try client.receive(toClient.span)
            clientEvents += client.takeEvents()
            serverEvents += server.takeEvents()
            if toServer.isEmpty && toClient.isEmpty { return (clientEvents, serverEvents) }
        }
    }

    @Test func `two sessions understand each other`() throws {
        let client = try HTTP2Session(role: .client)
        let server = try HTTP2Session(role: .server)
        let stream = try client.submitRequest(requestFields, body: requestBody)
        let asked = try converse(client, server)
        #expect(
            asked.server.withBodiesJoined == [
                .settings,
                .headers(
                    stream, HeaderBlock(requestFields.fields), isTruncated: false,
                    endStream: false),
                .data(stream, requestBody, endStream: true),
            ])
        #expect(asked.client == [.settings])

        try server.submitResponse(stream, responseFields, endStream: false)
        server.send(stream, MessagePrefix.framed([8, 1]))
        server.finish(stream, trailers: okTrailers)
        let answered = try converse(client, server)
        #expect(
            answered.client.withBodiesJoined == [
                .headers(stream, HeaderBlock(responseFields), isTruncated: false, endStream: false),
                .data(stream, MessagePrefix.framed([8, 1]), endStream: false),
                .headers(stream, HeaderBlock(okTrailers), isTruncated: false, endStream: true),
                .closed(stream, .finished),
            ])
        #expect(answered.server == [.closed(stream, .finished)])
    }

    @Test func `a megabyte comes through windows of 64 KiB`() throws {
        let client = try HTTP2Session(role: .client)
        let server = try HTTP2Session(role: .server)
        let stream = try client.submitRequest(requestFields, body: requestBody)
        _ = try converse(client, server)
        let body = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try server.submitResponse(stream, responseFields, endStream: false)
        server.send(stream, body)
        server.finish(stream, trailers: okTrailers)
        let events = try converse(client, server).client.withBodiesJoined
        #expect(events.count == 4)
        #expect(events.contains(.data(stream, body, endStream: false)))
        #expect(events.last == .closed(stream, .finished))
    }

    @Test func `a long request comes through the server's windows`() throws {
        let client = try HTTP2Session(role: .client)
        let server = try HTTP2Session(role: .server)
        let body = [UInt8](repeating: 7, count: 300_000)
        let stream = try client.submitRequest(requestFields, body: body)
        let events = try converse(client, server).server.withBodiesJoined
        #expect(events.last == .data(stream, body, endStream: true))
        #expect(!client.isSending(stream))
    }

    /// http2_test's data_frame_padding: five bytes of data and 255 of padding in each frame.
    @Test func `padding is given back to the windows of stream and connection`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.settings + ServerBytes.headers(responseFields, end: false))
        let frame = FrameWriter.data([1, 2, 3, 4, 5], stream: 1, end: false, pad: 255)
        for _ in 0..<1_000 { try client.receive(frame) }
        try client.receive(ServerBytes.headers(okTrailers, end: true))
        #expect(client.violation == nil)
        let expected = Array(repeating: [1, 2, 3, 4, 5] as [UInt8], count: 1_000).flatMap(\.self)
        #expect(client.wholeEvents.contains(.data(1, expected, endStream: false)))
        for stream: UInt32 in [0, 1] {
            let updates = client.frames.filter {
                $0.type == FrameType.windowUpdate && $0.stream == stream
            }
            let returned = updates.reduce(0) { $0 + Int($1.number(at: 0)) }
            // Whatever is not given back yet still fits the window.
            #expect(returned <= 261_000 && returned > 261_000 - 65_535)
        }
    }

    // MARK: Requests that wait

    @Test func `a request that a window holds back can be reset`() throws {
        var client = try ObservedSession()
        let stream = try client.session.submitRequest(
            requestFields, body: [UInt8](repeating: 1, count: 100_000))
        try client.flush()
        #expect(client.session.isSending(stream))
        try client.receive(
            FrameWriter.settings([Setting(identifier: 4, value: 0)])
                + ServerBytes.headers(responseFields + okTrailers, end: true))
        #expect(client.session.isSending(stream))
        _ = client.takeFrames()
        client.session.reset(stream, .noError)
        try client.flush()
        #expect(client.takeFrames() == [Frame.reset(stream: 1, code: 0)])
        #expect(!client.session.isSending(stream))
    }

    @Test func `a window of zero holds a request back until it opens`() throws {
        var client = try ObservedSession()
        try client.receive(FrameWriter.settings([Setting(identifier: 4, value: 0)]))
        _ = client.takeFrames()
        let stream = try client.session.submitRequest(requestFields, body: requestBody)
        try client.flush()
        #expect(client.takeFrames().map(\.summary) == ["HEADERS"])
        #expect(client.session.isSending(stream))
        for _ in 0..<requestBody.count {
            try client.receive(FrameWriter.windowUpdate(stream: 1, increment: 1))
        }
        let data = client.takeFrames()
        #expect(data.allSatisfy { $0.type == FrameType.data && $0.payload.count == 1 })
        #expect(data.flatMap(\.payload) == requestBody)
        #expect(data.last?.flags == FrameFlags.endStream)
        #expect(!client.session.isSending(stream))
    }

    @Test func `a server's limit of streams is kept`() throws {
        var client = try ObservedSession()
        try client.receive(FrameWriter.settings([Setting(identifier: 3, value: 1)]))
        for _ in 0..<2 {
            _ = try client.session.submitRequest(requestFields, body: requestBody)
        }
        try client.flush()
        #expect(client.frames.filter { $0.type == FrameType.headers }.map(\.stream) == [1])
        try client.receive(ServerBytes.answer)
        #expect(client.frames.filter { $0.type == FrameType.headers }.map(\.stream) == [1, 3])
    }

    @Test func `a request that never left is known not to be sent`() throws {
        var client = try ObservedSession()
        try client.receive(FrameWriter.settings([Setting(identifier: 3, value: 1)]))
        for _ in 0..<2 {
            _ = try client.session.submitRequest(requestFields, body: requestBody)
        }
        try client.flush()
        try client.receive(
            FrameWriter.goAway(lastStream: 1, code: 0, debug: []) + ServerBytes.answer)
        #expect(client.events.contains(.closed(3, .notSent)))
        #expect(client.frames.filter { $0.type == FrameType.headers }.map(\.stream) == [1])
    }

    @Test func `a request after GOAWAY is known not to be sent`() throws {
        var client = try ObservedSession()
        try client.receive(
            ServerBytes.settings + FrameWriter.goAway(lastStream: 0, code: 0, debug: []))
        let stream = try client.session.submitRequest(requestFields, body: requestBody)
        try client.flush()
        #expect(client.session.takeEvents().first == .closed(stream, .notSent))
    }

    @Test func `GOAWAY closes the streams above its last one`() throws {
        var client = try ObservedSession()
        for _ in 0..<2 {
            _ = try client.session.submitRequest(requestFields, body: requestBody)
        }
        try client.flush()
        try client.receive(
            ServerBytes.settings + FrameWriter.goAway(lastStream: 1, code: 0, debug: [])
                + ServerBytes.answer)
        #expect(client.events.contains(.closed(3, .reset(.refusedStream))))
        #expect(
            client.events.contains(
                .headers(1, HeaderBlock(okTrailers), isTruncated: false, endStream: true)))
        #expect(client.violation == nil)
    }

    // MARK: A trace

    @Test func `a trace has every frame both ways, and no secrets`() throws {
        var client = try ObservedSession.asking(traces: true)
        try client.receive(
            FrameWriter.settings([Setting(identifier: 3, value: 100)])
                + ServerBytes.headers(responseFields + fields(["x-token": "s3cret"]), end: false)
                + FrameWriter.reset(stream: 1, code: 8)
                + FrameWriter.windowUpdate(stream: 0, increment: 5))
        try client.receive(FrameWriter.goAway(lastStream: 1, code: 0, debug: []))
        var lines: [String] = []
        for case .frame(let frame) in client.events {
            let arrow = frame.direction == .sent ? ">" : "<"
            lines.append("\(arrow) \(frame.type) \(frame.flags) \(frame.stream) \(frame.detail)")
        }
        #expect(
            lines == [
                "> 4 0 0 ENABLE_PUSH=0", "> 1 4 1 ", "> 0 1 1 ",
                "< 4 0 0 MAX_CONCURRENT_STREAMS=100",
                "< 1 4 1 :status=200, content-type=application/grpc, x-token",
                "< 3 0 1 CANCEL", "< 8 0 0 +5", "> 4 1 0 ", "< 7 0 0 last stream 1, NO_ERROR",
            ])
    }

    @Test func `without a trace there are no frames among the events`() throws {
        var client = try ObservedSession.asking()
        try client.receive(ServerBytes.rich)
        #expect(!client.events.contains { if case .frame = $0 { true } else { false } })
    }
}

extension Frame {
    fileprivate static func reset(stream: UInt32, code: UInt32) -> Frame {
        Frame(type: FrameType.reset, stream: stream, payload: code.bigEndianBytes)
    }
}
