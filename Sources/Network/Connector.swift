package import Basics
import CPlatform
package import Outcome

/// Connects to the first of several addresses that answers (RFC 8305): both families in turn,
/// a new attempt every `Limits.connectionAttemptDelay` or as soon as one has failed, while
/// earlier ones still run.
package final class Connector {
    package enum Progress {
        case wait
        case connected(ByteStream, EndpointAddress)
        /// Every attempt has failed; one entry for each address, in the order of the failures.
        case failed([AttemptFailure])
    }

    private var untried: [EndpointAddress]
    private var running: [Attempt] = []
    private var failures: [AttemptFailure] = []
    /// When the next attempt starts, unless one fails earlier.
    private var nextAttempt: Instant?

    /// - Precondition: there is an address.
    package init(addresses: [EndpointAddress]) {
        precondition(!addresses.isEmpty)
        untried = Self.interleaved(addresses)
    }

    /// Goes as far as it can without waiting.
    package func advance(_ poller: Poller, now: Instant) -> Progress {
        if let attempt = finishedAttempt(poller, now: now), let socket = attempt.takeSocket() {
            return .connected(
                ByteStream(socket, isTCP: attempt.address.isTCP), attempt.address)
        }
        while !untried.isEmpty, running.isEmpty || nextAttempt.map({ $0 <= now }) ?? true {
            let attempt = Attempt(untried.removeFirst())
            nextAttempt = now.advanced(by: Limits.connectionAttemptDelay)
            switch attempt.start(now: now) {
            case .wait: running.append(attempt)
            case .connected:
                guard let socket = attempt.takeSocket() else { continue }
                return .connected(
                    ByteStream(socket, isTCP: attempt.address.isTCP), attempt.address)
            case .failed(let error):
                failures.append(AttemptFailure(address: attempt.address, error: error))
                nextAttempt = now
            }
        }
        return running.isEmpty ? .failed(failures) : .wait
    }

    /// Whether an attempt has been made; a connector that has not begun waits for nothing.
    package var hasBegun: Bool { nextAttempt != nil }

    /// The addresses that have neither failed nor won, and might still answer.
    package var others: [EndpointAddress] { running.map { $0.address } + untried }

    /// Waits in `poller` for the attempts that run; returns when the next step is due anyway.
    package func register(in poller: Poller) -> Instant? {
        var due = untried.isEmpty ? nil : nextAttempt
        for attempt in running {
            guard let retry = attempt.register(in: poller) else { continue }
            due = due.map { min($0, retry) } ?? retry
        }
        return due
    }

    /// The first attempt that is connected; those that failed are put on record.
    private func finishedAttempt(_ poller: Poller, now: Instant) -> Attempt? {
        var stillRunning: [Attempt] = []
        var connected: Attempt?
        for attempt in running {
            guard connected == nil else {
                stillRunning.append(attempt)
                continue
            }
            switch attempt.check(poller, now: now) {
            case .wait: stillRunning.append(attempt)
            case .connected: connected = attempt
            case .failed(let error):
                failures.append(AttemptFailure(address: attempt.address, error: error))
                nextAttempt = now
            }
        }
        running = stillRunning
        return connected
    }

    /// The addresses with the families taking turns, beginning with the first one's.
    static func interleaved(_ addresses: [EndpointAddress]) -> [EndpointAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.isIPv6 == first.isIPv6 }
        let others = addresses.filter { $0.isIPv6 != first.isIPv6 }
        var result: [EndpointAddress] = []
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return Array(result.prefix(Limits.addresses))
    }
}

/// One attempt to connect to one address.
private final class Attempt {
    enum State {
        case wait
        case connected
        case failed(SystemErrorNumber)
    }

    let address: EndpointAddress
    private var socket: Descriptor?
    private var slot: Poller.Slot?
    private var isWatched = false
    /// When to try again at a unix socket whose backlog is full: it makes nobody wait in `poll`.
    private var retry: Instant?

    init(_ address: EndpointAddress) {
        self.address = address
    }

    func takeSocket() -> Descriptor? {
        socket.take()
    }

    func start(now: Instant) -> State {
        let socketAddress: SocketAddress
        do throws(SystemErrorNumber) {
            socketAddress = try SocketAddress(address)
            if socket == nil {
                socket = try Descriptor.makeStreamSocket(family: socketAddress.family)
            }
        } catch {
            return .failed(error)
        }
        guard let number = socket?.number else { return .failed(.invalidArgument) }
        let result = unsafe socketAddress.withPointer { unsafe connect(number, $0, $1) }
        retry = nil
        if result == 0 { return .connected }
        switch SystemErrorNumber.current {
        case .inProgress, .interrupted: return .wait
        case .tryAgain where socketAddress.family == AF_UNIX:
            retry = now.advanced(by: Limits.unixRetryDelay)
            return .wait
        case let error: return .failed(error)
        }
    }

    func register(in poller: Poller) -> Instant? {
        if let retry { return retry }
        guard let number = socket?.number else { return nil }
        slot = poller.watch(number, read: false, write: true, isNew: !isWatched)
        isWatched = true
        return nil
    }

    func check(_ poller: Poller, now: Instant) -> State {
        if let retry { return retry <= now ? start(now: now) : .wait }
        guard let slot, let number = socket?.number, poller.isWritable(slot) else { return .wait }
        guard poller.hasFailed(slot) else { return .connected }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else {
            return .failed(.current)
        }
        return error == 0 ? .connected : .failed(SystemErrorNumber(error))
    }
}
