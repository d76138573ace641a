import Basics
import Foundation
import Network
import Outcome
import TestSupport
import Testing

@Suite struct ByteStreamTests {
    @Test(arguments: [Loopback.ipv4, .ipv6, .unix, .unixAbstract])
    func `bytes go both ways, and each side ends for itself`(place: Loopback) throws {
        let pair = try Pair(place)
        #expect(pair.stream.read { _ in } == .wait)
        #expect(pair.stream.write(Array("hello".utf8)) == .moved(5))
        var received = [UInt8](repeating: 0, count: 16)
        #expect(recv(pair.peer, &received, 16, 0) == 5)
        #expect(received.starts(with: Array("hello".utf8)))

        pair.stream.finishWriting()
        #expect(recv(pair.peer, &received, 16, 0) == 0)
        #expect(send(pair.peer, "answer", 6, 0) == 6)
        let answer = try pair.read()
        #expect(answer.bytes == Array("answer".utf8))
        #expect(answer.progress == .moved(6))

        shutdown(pair.peer, Int32(SHUT_WR))
        #expect(try pair.read().progress == .end)
        #expect(try pair.read().progress == .end)
        // Nobody is left to tell, and that is no trouble.
        pair.stream.finishWriting()
        pair.stream.acknowledgeReads()
    }

    @Test func `one read takes no more than its share`() throws {
        let pair = try Pair()
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        #expect(send(pair.peer, bytes, bytes.count, 0) == bytes.count)
        var received: [UInt8] = []
        while received.count < bytes.count {
            let part = try pair.read()
            #expect(part.progress == .moved(part.bytes.count))
            #expect(part.bytes.count <= Limits.readSize)
            received += part.bytes
        }
        #expect(received == bytes)
    }

    @Test func `a peer that does not read makes writes wait`() throws {
        let pair = try Pair()
        let chunk = [UInt8](repeating: 7, count: 65_536)
        var written = 0
        var progress = pair.stream.write(chunk)
        while case .moved(let count) = progress {
            written += count
            progress = pair.stream.write(chunk)
        }
        #expect(progress == .wait)
        #expect(written > 0)
    }

    @Test func `a reset is a failure, not an end`() throws {
        let pair = try Pair()
        #expect(pair.stream.write([1]) == .moved(1))
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            pair.peer, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout.size(ofValue: linger)))
        // Closing through a copy's number would not do: this is the descriptor itself.
        let null = open("/dev/null", O_RDONLY)
        dup2(null, pair.peer)
        close(null)
        #expect(try pair.read().progress == .failed(SystemErrorNumber(104)))
        // And no signal ends the program.
        #expect(pair.stream.write([1]) == .failed(SystemErrorNumber(32)))
    }

    @Test func `nothing is ready before it was waited for`() throws {
        let pair = try Pair()
        _ = send(pair.peer, "x", 1, 0)
        #expect(!pair.stream.isReadable(in: Poller()))
    }

    // MARK: The poller

    @Test func `a wait ends when its time is up`() throws {
        let pair = try Pair()
        let poller = Poller()
        for duration: Duration in [.zero, .nanoseconds(-5), .nanoseconds(1), .milliseconds(5)] {
            poller.reset()
            pair.stream.register(in: poller, read: true, write: false)
            let start = Clock.now()
            poller.wait(for: duration)
            #expect(!pair.stream.isReadable(in: poller))
            #expect(Clock.now().since(start) >= duration)
        }
    }

    @Test func `a wait ends when something is ready`() throws {
        let pair = try Pair()
        let other = try Pair()
        let poller = Poller()
        _ = send(pair.peer, "x", 1, 0)
        // Bytes to loopback may take a moment; without a limit the wait is for them alone.
        pair.stream.register(in: poller, read: true, write: false)
        other.stream.register(in: poller, read: true, write: false)
        poller.wait(for: nil)
        #expect(pair.stream.isReadable(in: poller))
        #expect(!other.stream.isReadable(in: poller))
    }

    @Test func `the end of a stream is something to read`() throws {
        let pair = try Pair()
        let poller = Poller()
        shutdown(pair.peer, Int32(SHUT_RDWR))
        pair.stream.register(in: poller, read: true, write: false)
        poller.wait(for: nil)
        #expect(pair.stream.isReadable(in: poller))
        #expect(pair.stream.read { _ in } == .end)
    }
}
