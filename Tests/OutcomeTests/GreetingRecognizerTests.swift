import Basics
import Outcome
import Testing

@Suite struct GreetingRecognizerTests {
    private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    private static let handshake: [UInt8] = [0x16, 3, 3, 0, 1]

    @Test(
        arguments: [
            (.http2, settings, 9), (.http2, settings + [1, 2, 3], 9), (.tls, handshake, 2),
        ] as [(GreetingRecognizer.Expectation, [UInt8], Int)])
    func `what is recognized goes on whole, however it comes`(
        expectation: GreetingRecognizer.Expectation, bytes: [UInt8], enough: Int
    ) {
        var recognizer = GreetingRecognizer(expectation)
        let whole = recognizer.take(bytes.span)
        #expect(whole == .recognized(bytes))
        for first in 1..<enough {
            var recognizer = GreetingRecognizer(expectation)
            let beginning = recognizer.take(Array(bytes.prefix(first)).span)
            #expect(beginning == .undecided)
            let rest = recognizer.take(Array(bytes.dropFirst(first)).span)
            #expect(rest == .recognized(bytes))
        }
    }

    @Test(
        arguments: [
            (.http2, "HTTP/1.1 400 Bad Request"), (.http2, "SSH-2.0-x"), (.tls, "HTTP/1.1 400 "),
        ] as [(GreetingRecognizer.Expectation, String)])
    func `another protocol is told once its line is whole, or there is no time`(
        expectation: GreetingRecognizer.Expectation, line: String
    ) {
        var recognizer = GreetingRecognizer(expectation)
        let verdict = recognizer.take(Array(line.utf8).span)
        #expect(verdict == .foreign)
        #expect(recognizer.foreignProtocol(isOver: false) == nil)
        let early = recognizer.foreignProtocol(isOver: true)
        #expect(early == cause(expectation, Array(line.utf8)))
        _ = recognizer.take(Array("\r\n".utf8).span)
        let whole = recognizer.foreignProtocol(isOver: false)
        #expect(whole == cause(expectation, Array((line + "\r\n").utf8)))
    }

    private func cause(
        _ expectation: GreetingRecognizer.Expectation, _ bytes: [UInt8]
    ) -> Cause {
        let greeting = Greeting(bytes: bytes)
        return expectation == .tls ? .tls(.notTLS(greeting)) : .notHTTP2(greeting)
    }

    @Test func `no more is kept than a read behind what was too little`() {
        var recognizer = GreetingRecognizer(.http2)
        for _ in 0..<10 {
            _ = recognizer.take([UInt8](repeating: 0x41, count: Limits.readSize).span)
        }
        guard case .notHTTP2(let greeting)? = recognizer.foreignProtocol(isOver: true) else {
            Issue.record("it is not foreign")
            return
        }
        #expect(greeting.bytes.count <= Limits.readSize + Greeting.frameHeaderSize)
    }
}
