/// Gathers what a scripted server does. Neighbouring bytes are one write, as long as they do
/// not trickle.
struct PeerOutput: Sendable {
    /// Milliseconds between two bytes; nil where bytes need not trickle.
    var gap: Int?
    private var actions: [PeerAction] = []
    private var bytes: [UInt8] = []

    mutating func send(_ more: [UInt8]) {
        guard let gap else {
            bytes += more
            return
        }
        for byte in more {
            add(.send([byte]))
            if gap > 0 { add(.pause(milliseconds: gap)) }
        }
    }

    mutating func add(_ action: PeerAction) {
        flush()
        actions.append(action)
    }

    mutating func take() -> [PeerAction] {
        flush()
        defer { actions = [] }
        return actions
    }

    private mutating func flush() {
        guard !bytes.isEmpty else { return }
        actions.append(.send(bytes))
        bytes = []
    }
}

/// The client's flow-control windows, as the server has to honour them
/// (RFC 9113 section 5.2).
struct PeerWindows: Sendable {
    var initial = 65535
    private var changes: [UInt32: Int] = [:]
    private var connection = 65535

    func room(stream: UInt32) -> Int {
        min(connection, initial + changes[stream, default: 0])
    }

    mutating func add(_ increment: Int, stream: UInt32) {
        if stream == 0 {
            connection += increment
        } else {
            changes[stream, default: 0] += increment
        }
    }

    mutating func spend(_ bytes: Int, stream: UInt32) {
        connection -= bytes
        changes[stream, default: 0] -= bytes
    }
}
