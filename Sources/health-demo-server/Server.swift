import Basics
import HTTP2
import Network
import Outcome

/// The server: its one loop, and everything that it waits for.
final class Server {
    /// What the event queue's tokens stand for. Those of connections are never used twice, so
    /// that news for a connection that has just ended reaches no other.
    private enum Token {
        static let signals: UInt64 = 0
        static let input: UInt64 = 1
        static let firstListener: UInt64 = 2
    }

    /// Descriptors that are neither listeners nor connections: standard streams, the event
    /// queue, the signals, and a few of libc's.
    private static let reservedDescriptors = 16

    private let queue: EventQueue
    private var signals: TerminationSignals?
    private var listeners: [Listener] = []
    private var connections: [UInt64: ServedConnection] = [:]
    private let output = TextStream.output()
    private let maximumConnections: Int
    private var nextToken: UInt64
    private var registry: HealthRegistry
    private var lines = LineReader()
    private var isLeaving = false

    /// Listens; what cannot be listened at is named.
    init(_ arguments: Arguments) throws(ConsoleError) {
        let descriptors = ProcessContext.raiseDescriptorLimit()
        registry = HealthRegistry(arguments.services)
        nextToken = Token.firstListener + UInt64(arguments.listen.count)
        maximumConnections =
            descriptors - Self.reservedDescriptors - arguments.listen.count
        do throws(SystemErrorNumber) {
            queue = try EventQueue.make()
            let signals = try TerminationSignals.make()
            try signals.watch(in: queue, as: Token.signals)
            self.signals = signals
        } catch {
            throw ConsoleError("cannot start: \(error.description)")
        }
        for address in arguments.listen {
            do throws(SystemErrorNumber) {
                let listener = try Listener.open(at: address)
                try listener.watch(in: queue, as: Token.firstListener + UInt64(listeners.count))
                listeners.append(listener)
            } catch {
                let place = escaped(address.description)
                throw ConsoleError("cannot listen at \(place): \(error.description)")
            }
        }
    }

    /// Serves until it is told to end.
    func run(readsInput: Bool) {
        announce()
        if readsInput { startInput() }
        while !isLeaving {
            for ready in queue.wait(for: nil) { handle(ready) }
        }
        leave()
    }

    private func announce() {
        let lines = listeners.map { "listening \(escaped($0.address.description))" }
        say(lines.joined(separator: "\n"))
    }

    private func handle(_ ready: EventQueue.Ready) {
        switch ready.token {
        case Token.signals: isLeaving = true
        case Token.input: takeInput()
        case Token.firstListener..<Token.firstListener + UInt64(listeners.count):
            accept(listeners[Int(ready.token - Token.firstListener)])
        default:
            guard let connection = connections[ready.token] else { return }
            connection.advance(ready, registry)
            settle(connection, ready.token)
        }
    }

    // MARK: - Connections

    private func accept(_ listener: Listener) {
        while let stream = listener.accept() {
            // One too many is closed at once. Leaving it in the backlog would keep the loop awake.
            guard connections.count < maximumConnections else { continue }
            let token = nextToken
            nextToken += 1
            do throws(HTTP2Error) {
                let connection = try ServedConnection(stream, as: token)
                connections[token] = connection
                settle(connection, token)
            } catch {
                // Out of memory: the client sees the end of a connection.
            }
        }
    }

    /// Waits for a connection's next step, or forgets it.
    private func settle(_ connection: ServedConnection, _ token: UInt64) {
        do throws(SystemErrorNumber) {
            try connection.watch(in: queue)
            if connection.isGone { connections[token] = nil }
        } catch {
            connections[token] = nil
        }
    }

    /// GOAWAY for all, and a moment for them to go.
    private func leave() {
        // What has made the server leave would keep the queue awake.
        signals = nil
        StandardInputSource.forget(in: queue)
        listeners = []
        let end = Clock.now().advanced(by: Limits.farewell)
        for (token, connection) in connections {
            connection.leave()
            settle(connection, token)
        }
        while !connections.isEmpty {
            let now = Clock.now()
            guard now < end else { return }
            for ready in queue.wait(for: end.since(now)) where connections[ready.token] != nil {
                handle(ready)
            }
        }
    }

    // MARK: - Commands

    private func startInput() {
        do throws(SystemErrorNumber) {
            if try StandardInputSource.watch(in: queue, as: Token.input) { return }
        } catch {
            // A standard input that is closed is one at its end.
        }
        while !isLeaving { takeInput() }
    }

    private func takeInput() {
        let bytes = StandardInputSource.read()
        for line in lines.append(bytes) { obey(line) }
        guard bytes.isEmpty else { return }
        if let line = lines.finish() { obey(line) }
        isLeaving = true
    }

    private func obey(_ line: String) {
        guard !isLeaving else { return }
        do throws(ConsoleError) {
            let command = try ConsoleCommand.parse(line)
            let reply = registry.obey(command)
            // Watchers first: whoever reads the reply may rely on them having been told.
            if reply.isNews { tellWatchers() }
            say(reply.text)
            isLeaving = command == .quit
        } catch {
            say("error: \(error.message)")
        }
    }

    private func tellWatchers() {
        for (token, connection) in connections {
            connection.tellWatchers(registry)
            settle(connection, token)
        }
    }

    private func say(_ line: String) {
        output.append(line + "\n")
        output.finish(patience: Limits.readerPatience)
    }
}
