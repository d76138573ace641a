import HTTP2
import ProbeCore

/// A connection, and the calls that are open on it: who has asked for which stream, and how many
/// more the server takes at a time.
final class CallLine {
    let connection: Connection
    /// What the messages of all these calls share.
    let room = MessageRoom()
    /// Which check each stream is for, the streams 1, 3, 5 and so on; nil for one that is over.
    private var checks: [Int?] = []
    private(set) var openCalls = 0
    /// The peer takes no more calls on this connection: it has said so, or the connection is lost.
    private(set) var isDraining = false
    /// How many calls at a time a peer has turned out to take that has not said so.
    private var learnedLimit = Int.max
    /// The peer's SETTINGS have come.
    private(set) var isReady = false

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Whether one more call may be made now. Until the server's SETTINGS say how many it takes,
    /// it is one, which leaves with the connection preface.
    var hasRoom: Bool {
        guard !isDraining, let session = connection.session else { return false }
        return openCalls < min(session.peerStreamLimit, learnedLimit)
    }

    /// Whether no call will be made here any more, whatever is answered.
    var isUseless: Bool {
        isDraining || learnedLimit == 0 || (connection.session == nil && !connection.isBeingMade)
    }

    func becomeReady() {
        isReady = true
    }

    func drain() {
        isDraining = true
    }

    /// Forgets a session that has not proved to be one.
    ///
    /// - Returns: the checks whose calls were submitted to nobody.
    func withdrawAll() -> [Int] {
        let withdrawn = checks.compactMap { $0 }
        checks = []
        openCalls = 0
        return withdrawn
    }

    /// - Parameter stream: the next one of this connection.
    func opened(_ stream: StreamID, for check: Int) {
        checks.append(check)
        openCalls += 1
    }

    /// The check that still waits for what this stream brings.
    func check(on stream: StreamID) -> Int? {
        let index = Int(stream) / 2
        return checks.indices.contains(index) ? checks[index] : nil
    }

    /// The call on this stream is over, well or not.
    func closed(_ stream: StreamID) {
        guard check(on: stream) != nil else { return }
        checks[Int(stream) / 2] = nil
        openCalls -= 1
    }

    /// The peer has refused the call on this stream, because those that are open are enough: it
    /// gets another when one of them is over. If there are none, it gets no more here, unless the
    /// peer has said that it takes none for now.
    func refused(_ stream: StreamID) {
        closed(stream)
        if let session = connection.session, session.peerStreamLimit <= openCalls { return }
        learnedLimit = openCalls
    }

    /// Ends the calls on streams above this one; returns which checks they were for.
    func closeCalls(above last: StreamID = 0) -> [(check: Int, stream: StreamID)] {
        var found: [(check: Int, stream: StreamID)] = []
        for (index, check) in checks.enumerated() {
            let stream = StreamID(2 * index + 1)
            if let check, stream > last { found.append((check, stream)) }
        }
        for (_, stream) in found { closed(stream) }
        return found
    }
}

/// Whether to go on asking a server that does not take the calls: as long as there is progress,
/// and once without any.
struct Persistence {
    /// Whether a call has been answered since the last connection was begun.
    private var hasProgressed = false
    /// How many connections in a row have ended without an answer.
    private var vainConnections = 0

    /// Whether another connection may be made.
    var allowsAnother: Bool { hasProgressed || vainConnections == 0 }

    mutating func answered() {
        hasProgressed = true
    }

    mutating func connecting() {
        vainConnections = hasProgressed ? 0 : vainConnections + 1
        hasProgressed = false
    }
}
