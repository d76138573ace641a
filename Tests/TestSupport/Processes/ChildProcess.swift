import Foundation

/// How a child process ended.
package enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)
    /// It was killed because it did not end in time.
    case hung

    package var description: String {
        switch self {
        case .code(let code): "exit \(code)"
        case .signal(let number): "killed by signal \(number)"
        case .hung: "still running when the time was up"
        }
    }
}

/// What a child process reads from and writes to.
package enum StandardInput: Equatable, Sendable {
    case null
    case file(String)
    /// `send` writes to it.
    case pipe
}

package enum StandardOutput: Equatable, Sendable {
    case captured
    /// A pipe whose reader has gone.
    case brokenPipe
    /// A pipe that is full, with a reader that does not read.
    case fullPipe
    /// No such descriptor at all, as after `>&-`.
    case missing
    /// A device without room.
    case fullDisk
    /// A full terminal that nobody reads.
    case stuckTerminal
}

/// A child process with captured output. It is killed when this is released.
package final class ChildProcess: Sendable {
    package struct Plan: Sendable {
        package var program: String
        package var arguments: [String] = []
        package var environment: [String: String] = [:]
        package var input = StandardInput.null
        package var output = StandardOutput.captured
        package var errors = StandardOutput.captured

        package init(program: String, arguments: [String] = []) {
            self.program = program
            self.arguments = arguments
        }
    }

    private let state: ProcessState
    private let input: InputEnd

    package init(_ plan: Plan) throws {
        var wiring = try Wiring(plan)
        defer { wiring.closeChildEnds() }
        let pid: pid_t
        do {
            pid = try spawn(plan, wiring)
        } catch {
            wiring.closeOurEnds()
            throw error
        }
        input = InputEnd(wiring.inputEnd)
        state = ProcessState(pid: pid, keeping: wiring.keptEnds)
        state.watch(output: wiring.outputEnd, errors: wiring.errorEnd)
    }

    deinit {
        state.signal(SIGKILL)
    }

    package var output: [UInt8] { state.output }
    package var errors: [UInt8] { state.errors }

    package func signal(_ number: Int32) {
        state.signal(number)
    }

    /// Writes a line to the child's standard input.
    package func send(_ line: String) throws {
        try input.write(Array((line + "\n").utf8))
    }

    /// Ends the child's standard input.
    package func closeInput() {
        input.close()
    }

    /// Waits until the output so far, or the child's end, satisfies `condition`.
    package func wait(
        upTo limit: Duration, until condition: (_ output: [UInt8], _ ended: Bool) -> Bool
    ) -> Bool {
        state.wait(upTo: limit) { condition(state.guarded.output, state.guarded.hasEnded) }
    }

    /// Waits for the child's end, and kills it when the time is up.
    package func finish(within limit: Duration) -> ExitStatus {
        let ended = state.wait(upTo: limit) { state.guarded.hasEnded }
        guard !ended else { return state.status ?? .hung }
        state.signal(SIGKILL)
        _ = state.wait(upTo: .seconds(5)) { state.guarded.status != nil }
        return .hung
    }
}

/// Our end of a child's standard input.
private final class InputEnd: @unchecked Sendable {
    private let lock = NSLock()
    private var descriptor: Int32?

    init(_ descriptor: Int32?) {
        self.descriptor = descriptor
    }

    deinit {
        close()
    }

    func write(_ bytes: [UInt8]) throws {
        try lock.withLock {
            guard let descriptor else { throw SocketError("write", code: EBADF) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Foundation.write(descriptor, $0.baseAddress, $0.count)
                }
                guard count > 0 else { throw SocketError("write") }
                rest = rest.dropFirst(count)
            }
        }
    }

    func close() {
        lock.withLock {
            if let descriptor { _ = Foundation.close(descriptor) }
            descriptor = nil
        }
    }
}

/// What the threads that watch a child share. Everything that changes is guarded by `condition`.
private final class ProcessState: @unchecked Sendable {
    struct Guarded {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var status: ExitStatus?
        var openStreams = 0
        var hasEnded: Bool { status != nil && openStreams == 0 }
    }

    private let pid: pid_t
    private let kept: [Int32]
    private let condition = NSCondition()
    /// Only inside `wait`, which holds the lock.
    private(set) var guarded = Guarded()

    init(pid: pid_t, keeping kept: [Int32]) {
        self.pid = pid
        self.kept = kept
    }

    deinit {
        for descriptor in kept { close(descriptor) }
    }

    var output: [UInt8] { condition.withLock { guarded.output } }
    var errors: [UInt8] { condition.withLock { guarded.errors } }
    var status: ExitStatus? { condition.withLock { guarded.status } }

    /// Never reaches a stranger: the child is reaped under the same lock.
    func signal(_ number: Int32) {
        condition.withLock {
            if guarded.status == nil { kill(pid, number) }
        }
    }

    func watch(output: Int32?, errors: Int32?) {
        guarded.openStreams = [output, errors].count { $0 != nil }
        if let output { read(output, into: \.output) }
        if let errors { read(errors, into: \.errors) }
        let thread = Thread { [self] in reap() }
        thread.start()
    }

    private func read(
        _ descriptor: Int32, into stream: any WritableKeyPath<Guarded, [UInt8]> & Sendable
    ) {
        let thread = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                condition.withLock {
                    guarded[keyPath: stream] += buffer[..<count]
                    condition.broadcast()
                }
            }
            close(descriptor)
            condition.withLock {
                guarded.openStreams -= 1
                condition.broadcast()
            }
        }
        thread.start()
    }

    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        condition.withLock {
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7f
            guarded.status = signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal)
            condition.broadcast()
        }
    }

    func wait(upTo limit: Duration, _ met: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: limit / .seconds(1))
        return condition.withLock {
            while !met() {
                guard condition.wait(until: deadline) else { return met() }
            }
            return true
        }
    }
}
