import Basics
import Foundation
import Network
import Outcome
import TestSupport
import Testing

@Suite struct ListenerTests {
    @Test func `a free port is chosen and told`() throws {
        let first = try Listener.open(at: .ipv4(.loopback, port: 0))
        let second = try Listener.open(at: .ipv6(.loopback, port: 0))
        guard case .ipv4(.loopback, let port) = first.address,
            case .ipv6(.loopback, let otherPort) = second.address
        else {
            Issue.record("\(first.address), \(second.address)")
            return
        }
        #expect(port != 0 && otherPort != 0)
    }

    @Test func `an address in use is an error`() throws {
        let listener = try Listener.open(at: .ipv4(.loopback, port: 0))
        let error = #expect(throws: SystemErrorNumber.self) {
            _ = try Listener.open(at: listener.address)
        }
        #expect(error?.word == "address_in_use")
    }

    @Test func `nobody waits at first, then a client does`() throws {
        let listener = try Listener.open(at: .ipv4(.loopback, port: 0))
        let queue = try EventQueue.make()
        try listener.watch(in: queue, as: 7)
        #expect(listener.accept() == nil)
        #expect(queue.wait(for: .zero).isEmpty)
        let client = try connect(to: listener.address)
        #expect(
            queue.wait(for: .seconds(10))
                == [EventQueue.Ready(token: 7, isReadable: true, isWritable: false)])
        let stream = try #require(listener.accept())
        #expect(listener.accept() == nil)

        #expect(client.write(Array("hello".utf8)) == .moved(5))
        try stream.watch(in: queue, as: 8, read: true, write: false)
        #expect(queue.wait(for: .seconds(10)).map(\.token) == [8])
        #expect(stream.read { _ in } == .moved(5))
        try stream.watch(in: queue, as: 8, read: true, write: true)
        #expect(
            queue.wait(for: .seconds(10))
                == [EventQueue.Ready(token: 8, isReadable: false, isWritable: true)])
    }

    @Test func `the path of a unix socket goes with the listener`() throws {
        let path = try temporaryDirectory() + "/socket"
        defer {
            try? FileManager.default.removeItem(
                atPath: (path as NSString).deletingLastPathComponent)
        }
        var listener: Listener? = try Listener.open(at: .unix(path: path))
        #expect(listener?.address == .unix(path: path))
        #expect(throws: SystemErrorNumber.self) { try Listener.open(at: .unix(path: path)) }
        #expect(FileManager.default.fileExists(atPath: path))
        listener = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a socket that was left behind is replaced, any other file is not`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/socket"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        close(descriptor)
        #expect(result == 0 && FileManager.default.fileExists(atPath: path))
        _ = try Listener.open(at: .unix(path: path))

        let file = directory + "/file"
        try "precious".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(throws: SystemErrorNumber.self) { try Listener.open(at: .unix(path: file)) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    }

    private func connect(to address: EndpointAddress) throws -> ByteStream {
        let connector = Connector(addresses: [address])
        let poller = Poller()
        var now = Clock.now()
        let end = now.advanced(by: .seconds(10))
        while now < end {
            switch connector.advance(poller, now: now) {
            case .connected(let stream, _): return stream
            case .failed(let attempts): throw attempts[0].error
            case .wait: break
            }
            poller.reset()
            _ = connector.register(in: poller)
            poller.wait(for: end.since(now))
            now = Clock.now()
        }
        throw SystemErrorNumber(110)
    }
}
