import Basics
import Foundation
import GRPC
import TestSupport

/// A health server of a `Simulation`: it does something only when it is its turn.
final class SimulatedServer {
    private let directory: String
    private let path: String
    private var socket: BoundSocket?
    private let manner: (Int) -> Manner
    private let time: () -> Instant
    private(set) var connections: [SimulatedConnection] = []
    private(set) var statuses: [String: Int32]
    /// Whether it neither reads nor answers nor accepts anybody. The kernel still does: whoever
    /// connects waits in the queue.
    var isHung = false

    init(
        _ statuses: [String: Int32], manner: @escaping (Int) -> Manner,
        time: @escaping () -> Instant
    ) throws {
        self.statuses = statuses
        self.manner = manner
        self.time = time
        directory = try temporaryDirectory()
        path = directory + "/server"
        try start()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// What `-addr` calls it.
    var address: String { "unix:" + path }

    /// What its clients did, connection by connection.
    var records: [ClientRecord] { connections.map(\.record) }

    /// The connections that are open.
    var open: [SimulatedConnection] { connections.filter { !$0.isClosed } }

    // MARK: - What the test has it do

    /// Listens (again).
    func start() throws {
        socket = try BoundSocket(path: path)
        try socket?.listen(backlog: 64)
    }

    /// Dies: nobody listens any more, and every connection is closed.
    func stop() {
        socket = nil
        for connection in open { connection.close() }
    }

    /// Tells whoever watches the service.
    func set(_ service: String = "", _ status: Int32) {
        statuses[service] = status
        for connection in open { connection.tell(service, status) }
    }

    /// Goes away from all connections, without ending a call.
    func drain(code: UInt32 = 0) {
        for connection in open { connection.goAway(code: code) }
    }

    // MARK: - Its turn

    /// Does what there is to do; returns whether there was anything.
    func act() -> Bool {
        guard !isHung else { return false }
        var hasActed = false
        if let socket {
            while let descriptor = socket.accept() {
                hasActed = true
                connections.append(
                    SimulatedConnection(
                        descriptor, manner(connections.count), at: time,
                        status: { [unowned self] in statuses[$0] }))
            }
        }
        for connection in connections where connection.act() { hasActed = true }
        return hasActed
    }
}

/// How a server treats one connection.
enum Manner {
    /// Answers with the server's statuses, and NOT_FOUND for every other service; watches of those
    /// are told SERVICE_UNKNOWN.
    case serves
    /// Serves the first request alone and then goes away, leaving the others unprocessed.
    case servesOne(status: Int32)
    /// Goes away after the first request, and answers it all the same.
    case leavesServing(status: Int32)
    /// Serves the first request alone and then closes the connection.
    case breaksAfterOne(status: Int32)
    /// Goes away before any request; the connection stays open, or is closed.
    case leaves(code: UInt32, closes: Bool)
    /// Resets every request.
    case resets(HTTP2ErrorCode)
    /// Speaks HTTP/2 but never answers.
    case ignores
    /// Reads and says nothing at all.
    case silent
    case closes
    /// Says something of another protocol.
    case says(String)
}

/// What a client did on one connection.
struct ClientRecord {
    struct Request {
        var headers: [String]
        var service: String
        var time: Instant
    }

    enum End {
        case finished
        case reset
    }

    /// When it came.
    let start: Instant
    var requests: [Request] = []
    var resets: [HTTP2ErrorCode] = []
    var goAways: [HTTP2ErrorCode] = []
    var pingCount = 0
    /// The client has left, and whether it did so with FIN.
    var end: End?
}
