import Foundation

/// An address where nobody listens: connecting is refused at once. The port stays bound as long
/// as this lives, so that nobody else can get it.
package final class RefusingPeer: Sendable {
    private let socket: BoundSocket
    package var address: String { socket.address }
    package var port: UInt16 { socket.port }

    package init(on place: Loopback = .ipv4) throws {
        socket = try BoundSocket(place)
    }
}

/// A server that listens and never accepts: connections open, and then nothing comes.
package final class UnacceptingPeer: Sendable {
    private let socket: BoundSocket
    package var address: String { socket.address }

    package init(on place: Loopback = .ipv4) throws {
        socket = try BoundSocket(place)
        try socket.listen(backlog: 16)
    }
}

/// A server whose queue is full: a connection to it neither opens nor is refused.
package final class FullPeer: Sendable {
    private let socket: BoundSocket
    private let waiting: [Int32]
    package var address: String { socket.address }

    package init() throws {
        socket = try BoundSocket(.ipv4)
        try socket.listen(backlog: 0)
        var waiting: [Int32] = []
        // A connection to loopback opens within the call or stays in the queue's way.
        repeat {
            waiting.append(try connectedSocket(to: socket.address, waits: false))
        } while waiting.count < 64 && Self.isOpen(waiting[waiting.count - 1])
        self.waiting = waiting
    }

    deinit {
        for descriptor in waiting { close(descriptor) }
    }

    private static func isOpen(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 100) == 1
    }
}

/// A name server that never answers.
package final class MuteNameServer: Sendable {
    private let socket: BoundSocket
    package var address: String { socket.address }

    package init() throws {
        socket = try BoundSocket(.datagram)
    }
}
