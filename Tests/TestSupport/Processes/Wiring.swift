import Foundation

/// Held while a descriptor is made and marked as not to be inherited, and while a child is
/// started: a child that inherits another one's pipe keeps it open.
let descriptorLock = NSLock()

/// The descriptors between a child process and this one.
struct Wiring {
    private(set) var childInput: Int32 = -1
    private(set) var childOutput: Int32 = -1
    private(set) var childErrors: Int32 = -1
    private(set) var inputEnd: Int32?
    private(set) var outputEnd: Int32?
    private(set) var errorEnd: Int32?
    /// Reading ends that stay open and unread.
    private(set) var keptEnds: [Int32] = []

    init(_ plan: ChildProcess.Plan) throws {
        switch plan.input {
        case .null: childInput = try openFile("/dev/null", O_RDONLY)
        case .file(let path): childInput = try openFile(path, O_RDONLY)
        case .pipe:
            let pipe = try makePipe()
            (childInput, inputEnd) = (pipe.reading, pipe.writing)
        }
        (childOutput, outputEnd) = try connect(plan.output)
        (childErrors, errorEnd) = try connect(plan.errors)
    }

    /// The child's end and, of what is captured, ours.
    private mutating func connect(
        _ output: StandardOutput
    ) throws -> (child: Int32, ours: Int32?) {
        switch output {
        case .captured:
            let pipe = try makePipe()
            return (pipe.writing, pipe.reading)
        case .brokenPipe:
            let pipe = try makePipe()
            close(pipe.reading)
            return (pipe.writing, nil)
        case .fullPipe:
            let pipe = try makePipe()
            keptEnds.append(pipe.reading)
            fill(pipe.writing)
            return (pipe.writing, nil)
        case .missing: return (-1, nil)
        case .fullDisk: return (try openFile("/dev/full", O_WRONLY), nil)
        case .stuckTerminal:
            let (terminal, holder) = try openTerminal()
            keptEnds.append(holder)
            fillTerminal(terminal)
            return (terminal, nil)
        }
    }

    mutating func closeChildEnds() {
        for descriptor in [childInput, childOutput, childErrors] where descriptor >= 0 {
            close(descriptor)
        }
        (childInput, childOutput, childErrors) = (-1, -1, -1)
    }

    func closeOurEnds() {
        for case let descriptor? in [inputEnd, outputEnd, errorEnd] + keptEnds {
            close(descriptor)
        }
    }
}

private func openFile(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw SocketError("open \(path)") }
    return descriptor
}

func makePipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    try descriptorLock.withLock {
        guard pipe(&ends) == 0 else { throw SocketError("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    return (ends[0], ends[1])
}

/// Writes until nothing more fits.
private func fill(_ descriptor: Int32) {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    let page = [UInt8](repeating: UInt8(ascii: "."), count: 4096)
    while write(descriptor, page, page.count) > 0 {}
    while write(descriptor, page, 1) > 0 {}
    _ = fcntl(descriptor, F_SETFL, flags)
}

/// Writes until nothing more fits into a terminal, which makes room by and by for what it has in
/// its several buffers.
private func fillTerminal(_ descriptor: Int32) {
    var quietRounds = 0
    while quietRounds < 10 {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let hadRoom = poll(&room, 1, 20) > 0
        fill(descriptor)
        quietRounds = hadRoom ? 0 : quietRounds + 1
    }
}

/// A new terminal, and the descriptor that its display would read.
private func openTerminal() throws -> (terminal: Int32, holder: Int32) {
    var (holder, terminal): (Int32, Int32) = (-1, -1)
    try descriptorLock.withLock {
        guard openpty(&holder, &terminal, nil, nil, nil) == 0 else { throw SocketError("openpty") }
        for end in [holder, terminal] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    return (terminal, holder)
}

/// Starts the child with the three standard descriptors and no others.
func spawn(_ plan: ChildProcess.Plan, _ wiring: Wiring) throws -> pid_t {
    #if canImport(Glibc)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    #else
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawn_file_actions_adddup2(&actions, wiring.childInput, 0)
    if wiring.childOutput >= 0 {
        posix_spawn_file_actions_adddup2(&actions, wiring.childOutput, 1)
    } else {
        posix_spawn_file_actions_addclose(&actions, 1)
    }
    if wiring.childErrors >= 0 {
        posix_spawn_file_actions_adddup2(&actions, wiring.childErrors, 2)
    } else {
        posix_spawn_file_actions_addclose(&actions, 2)
    }
    // A test runner may ignore signals; a shell's child does not.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var pid: pid_t = 0
    let environment = plan.environment.map { "\($0.key)=\($0.value)" }.sorted()
    let result = withCStrings([plan.program] + plan.arguments) { arguments in
        withCStrings(environment) { environment in
            descriptorLock.withLock {
                posix_spawnp(&pid, plan.program, &actions, &attributes, arguments, environment)
            }
        }
    }
    guard result == 0 else { throw SocketError("start \(plan.program)", code: result) }
    return pid
}

private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}
