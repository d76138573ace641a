import Basics
import Client
import GRPC
import HTTP2
import Testing

@Suite struct CallListTests {
    private let now = Instant(nanoseconds: 0)

    private func list(_ count: Int, _ kind: GRPCCall.Kind = .unary) -> CallList {
        var list = CallList(count: count)
        for number in 0..<count { list.add(number, Call(kind, body: [])) }
        return list
    }

    /// Makes as many calls as may be open; returns their numbers.
    private func make(
        _ list: inout CallList, from stream: inout StreamID, limit: Int = .max
    ) -> [Int] {
        var made: [Int] = []
        while let number = list.takeNextToMake(limit: limit) {
            list.submitted(number, on: stream, now: now)
            stream += 2
            made.append(number)
        }
        return made
    }

    @Test func `calls are made in their order, as many as the peer takes`() {
        var list = list(3)
        var stream: StreamID = 1
        #expect(make(&list, from: &stream, limit: 2) == [0, 1])
        #expect(list.hasWaiting)
        list.remove(0)
        #expect(make(&list, from: &stream, limit: 2) == [2])
        #expect(!list.hasWaiting)
        #expect(list.number(on: 5) == 2)
    }

    @Test func `a call that is given up is not made`() {
        var list = list(3)
        var stream: StreamID = 1
        list.remove(1)
        #expect(make(&list, from: &stream) == [0, 2])
    }

    @Test func `calls that were submitted to nobody are made again before all others`() {
        var list = list(4)
        var stream: StreamID = 1
        #expect(make(&list, from: &stream, limit: 2) == [0, 1])
        list.withdrawAll()
        #expect(list.openCount == 0)
        stream = 1
        #expect(make(&list, from: &stream) == [0, 1, 2, 3])
    }

    @Test func `those that wait are given back, those that are open are not`() {
        var list = list(4)
        var stream: StreamID = 1
        _ = make(&list, from: &stream, limit: 2)
        let given = list.withdrawWaiting()
        #expect(given == [2, 3])
        #expect(list.numbers == [0, 1])
    }

    @Test func `a refusal says how many the peer takes`() {
        var list = list(3)
        var stream: StreamID = 1
        _ = make(&list, from: &stream)
        list.remove(2)
        list.learnFromRefusal(limit: .max)
        list.add(2, Call(.unary, body: []))
        let beforeRoom = list.takeNextToMake(limit: .max)
        #expect(beforeRoom == nil)
        #expect(!list.takesNone)
        list.remove(0)
        let withRoom = list.takeNextToMake(limit: .max)
        #expect(withRoom == 2)
    }

    @Test func `a peer that refuses the only call takes none, until it is asked anyway`() {
        var list = list(2)
        var stream: StreamID = 1
        _ = make(&list, from: &stream, limit: 1)
        list.remove(0)
        list.learnFromRefusal(limit: .max)
        #expect(list.takesNone)
        let beforeAsking = list.takeNextToMake(limit: .max)
        #expect(beforeAsking == nil)
        list.forgetTotalRefusal()
        let afterAsking = list.takeNextToMake(limit: .max)
        #expect(afterAsking == 1)
    }

    @Test func `a peer that has said so before is only waited for`() {
        var list = list(1)
        list.remove(0)
        list.learnFromRefusal(limit: 0)
        #expect(!list.takesNone)
    }

    @Test func `the time of those that wait begins once, and ends with an answer`() throws {
        var list = list(2, .serverStreaming)
        list.beginTime(.seconds(1), now: now)
        list.beginTime(.seconds(1), now: now.advanced(by: .seconds(5)))
        let end = now.advanced(by: .seconds(1))
        #expect(list.earliestDeadline == end)
        var stream: StreamID = 1
        _ = make(&list, from: &stream)
        _ = list.receive(headers(1), 0)
        let news = list.receive(.data(1, [0, 0, 0, 0, 2, 8, 1], endStream: false), 0)
        let step = try #require(news)
        #expect(step.messages == [[8, 1]])
        #expect(step.end == nil)
        #expect(list[0]?.hasAnswered == true)
        #expect(list[0]?.deadline == nil)
        #expect(list[1]?.deadline?.instant == end)
    }

    @Test func `the message of a call that ends counts only once it has ended well`() throws {
        var list = list(1)
        var stream: StreamID = 1
        _ = make(&list, from: &stream)
        _ = list.receive(headers(1), 0)
        let step = list.receive(.data(1, [0, 0, 0, 0, 2, 8, 1], endStream: false), 0)
        #expect(step?.messages == nil)
        let trailers = HTTP2Event.headers(
            1, HeaderBlock([HeaderField("grpc-status", "0")]), isTruncated: false, endStream: true)
        let news = list.receive(trailers, 0)
        let end = try #require(news)
        #expect(end.messages == [[8, 1]])
        #expect(end.end == .ok)
        #expect(end.reset == nil)
    }

    @Test func `a message that cannot be decompressed ends the call, and its stream`() throws {
        var list = list(1, .serverStreaming)
        var stream: StreamID = 1
        _ = make(&list, from: &stream)
        _ = list.receive(headers(1, encoding: "gzip"), 0)
        let news = list.receive(.data(1, [1, 0, 0, 0, 2, 8, 1], endStream: false), 0)
        let step = try #require(news)
        #expect(step.messages == [])
        #expect(step.reset == .cancel)
        guard case .failed(.badResponse)? = step.end else {
            Issue.record("it has not failed")
            return
        }
    }

    private func headers(_ stream: StreamID, encoding: String? = nil) -> HTTP2Event {
        var fields = [
            HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
        ]
        if let encoding { fields.append(HeaderField("grpc-encoding", encoding)) }
        return .headers(stream, HeaderBlock(fields), isTruncated: false, endStream: false)
    }
}
