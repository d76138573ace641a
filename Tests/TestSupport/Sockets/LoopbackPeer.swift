import Foundation

#if canImport(Glibc)
private let systemAccept = Glibc.accept
#else
private let systemAccept = Darwin.accept
#endif

/// A scripted server on this machine's loopback: one thread accepts, one thread serves each
/// connection.
package final class LoopbackPeer: Sendable {
    private let socket: BoundSocket
    private let hall: Hall
    /// What `-addr` calls this server.
    package var address: String { socket.address }
    package var port: UInt16 { socket.port }

    /// - Parameter tls: Nil for a server that does not speak TLS.
    package init(
        _ script: PeerScript, on place: Loopback = .ipv4, tls: PeerTLSPlan? = nil
    ) throws {
        socket = try BoundSocket(place)
        try socket.listen(backlog: 128)
        hall = try Hall(script: script, tls: try tls.map(PeerTLSServer.init))
        let thread = Thread { [hall, socket] in hall.accept(from: socket) }
        thread.start()
    }

    deinit {
        hall.stop()
    }

    /// What every client did so far, in the order of their connections.
    package var records: [PeerRecord] { hall.records }

    /// Waits until the records satisfy `condition`; false when they do not within `limit`.
    package func wait(
        upTo limit: Duration = .seconds(20), until condition: ([PeerRecord]) -> Bool
    ) -> Bool {
        hall.wait(upTo: limit, until: condition)
    }

    /// Waits until every client that has connected has left again, and stops listening. Clients
    /// that are still there when the time is up lose their connection.
    package func finish(within limit: Duration = .seconds(5)) -> [PeerRecord] {
        hall.stopAccepting()
        _ = hall.waitForSilence(upTo: limit)
        hall.stop()
        _ = hall.waitForSilence(upTo: limit)
        return hall.records
    }
}

/// What the threads of one server share. Everything that changes is guarded by `condition`.
private final class Hall: @unchecked Sendable {
    private let script: PeerScript
    private let tls: PeerTLSServer?
    private let condition = NSCondition()
    private let acceptingEnds: Signal
    private let allEnds: Signal
    private var guardedRecords: [PeerRecord] = []
    private var threads = 1

    init(script: PeerScript, tls: PeerTLSServer?) throws {
        self.script = script
        self.tls = tls
        acceptingEnds = try Signal()
        allEnds = try Signal()
    }

    var records: [PeerRecord] { condition.withLock { guardedRecords } }

    func stopAccepting() {
        acceptingEnds.raise()
    }

    /// Ends every thread. A signal wakes everyone who polls it.
    func stop() {
        stopAccepting()
        allEnds.raise()
    }

    func accept(from socket: BoundSocket) {
        var descriptors = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: acceptingEnds.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&descriptors, nfds_t(descriptors.count), -1) >= 0 || errno == EINTR {
            // Who is already in the queue is served even when the server is about to end.
            while let descriptor = acceptOne(socket.descriptor) { serve(descriptor) }
            if descriptors[1].revents != 0 { break }
        }
        threadEnds()
    }

    private func acceptOne(_ listener: Int32) -> Int32? {
        descriptorLock.withLock {
            let descriptor = systemAccept(listener, nil, nil)
            guard descriptor >= 0 else { return nil }
            prepare(descriptor)
            return descriptor
        }
    }

    private func serve(_ descriptor: Int32) {
        let index = condition.withLock {
            guardedRecords.append(PeerRecord())
            threads += 1
            return guardedRecords.count - 1
        }
        let thread = Thread { [self] in
            var connection = PeerConnection(
                descriptor: descriptor, script: script.connection(index),
                tls: tls.flatMap { try? PeerTLSSession($0) })
            connection.run(stop: allEnds.descriptor) { record in
                condition.withLock {
                    guardedRecords[index] = record
                    condition.broadcast()
                }
            }
            threadEnds()
        }
        thread.start()
    }

    private func threadEnds() {
        condition.withLock {
            threads -= 1
            condition.broadcast()
        }
    }

    func wait(upTo limit: Duration, until met: ([PeerRecord]) -> Bool) -> Bool {
        wait(upTo: limit) { met(guardedRecords) }
    }

    func waitForSilence(upTo limit: Duration) -> Bool {
        wait(upTo: limit) { threads == 0 }
    }

    private func wait(upTo limit: Duration, _ met: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: limit / .seconds(1))
        return condition.withLock {
            while !met() {
                guard condition.wait(until: deadline) else { return met() }
            }
            return true
        }
    }
}

/// A descriptor that becomes readable, once and for all.
private final class Signal: Sendable {
    let descriptor: Int32
    private let writing: Int32

    init() throws {
        (descriptor, writing) = try makePipe()
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    func raise() {
        _ = write(writing, "!", 1)
    }
}
