import Basics
import Foundation
import Network
import Outcome
import TestSupport
import Testing

/// The address that `-addr` calls `target`.
func endpoint(_ target: String) throws -> EndpointAddress {
    guard case .addresses(let addresses) = try Target.parse(target).endpoint else {
        throw SocketError("address", code: EINVAL)
    }
    return try #require(addresses.first)
}

/// Calls `step` until it has a result, and in between lets `register` say what to wait for, and
/// when to go on anyway.
func result<Result>(
    register: (Poller, Instant) -> Instant?, step: (Poller, Instant) throws -> Result?
) throws -> Result {
    let poller = Poller()
    var now = Clock.now()
    // Nothing here takes so long; a test that hangs should say which one it is.
    let end = now.advanced(by: .seconds(20))
    while now < end {
        if let result = try step(poller, now) { return result }
        poller.reset()
        let due = register(poller, now) ?? end
        poller.wait(for: min(due, end).since(now))
        now = Clock.now()
    }
    throw SocketError("nothing happened", code: ETIMEDOUT)
}

/// What became of a connector.
enum ConnectorResult {
    case connected(ByteStream, EndpointAddress)
    case failed([AttemptFailure])

    var address: EndpointAddress? {
        if case .connected(_, let address) = self { address } else { nil }
    }

    var failures: [AttemptFailure]? {
        if case .failed(let attempts) = self { attempts } else { nil }
    }
}

extension Connector {
    func run() throws -> ConnectorResult {
        try result(register: { poller, _ in register(in: poller) }) { poller, now in
            advance(poller, now: now).result
        }
    }

    /// Goes on with what the sockets bring while the clock stands still; nil when that is not
    /// enough for a result.
    func settle(_ poller: Poller, at now: Instant) -> ConnectorResult? {
        // Loopback needs a moment for each step; a wait in vain is a failing test.
        for _ in 0..<8 {
            if let result = advance(poller, now: now).result { return result }
            poller.reset()
            _ = register(in: poller)
            poller.wait(for: .seconds(1))
        }
        return nil
    }
}

extension Connector.Progress {
    var result: ConnectorResult? {
        switch self {
        case .wait: nil
        case .connected(let stream, let address): .connected(stream, address)
        case .failed(let attempts): .failed(attempts)
        }
    }

    var isWaiting: Bool { result == nil }
}

/// Two ends of one connection: ours, and a plain blocking descriptor.
final class Pair {
    let stream: ByteStream
    let peer: Int32

    init(_ place: Loopback = .ipv4) throws {
        let socket = try BoundSocket(place)
        try socket.listen(backlog: 1)
        let connector = Connector(addresses: [try endpoint(socket.address)])
        guard case .connected(let stream, _) = try connector.run() else {
            throw SocketError("connect")
        }
        self.stream = stream
        peer = accept(socket.descriptor, nil, nil)
        guard peer >= 0 else { throw SocketError("accept") }
    }

    deinit {
        close(peer)
    }

    /// Waits for bytes, or for the end of them.
    func read() throws -> (bytes: [UInt8], progress: ByteStream.Progress) {
        let poller = Poller()
        stream.register(in: poller, read: true, write: false)
        poller.wait(for: .seconds(20))
        guard stream.isReadable(in: poller) else { throw SocketError("poll", code: ETIMEDOUT) }
        var bytes: [UInt8] = []
        let progress = stream.read { span in
            for index in span.indices { bytes.append(span[index]) }
        }
        return (bytes, progress)
    }
}
