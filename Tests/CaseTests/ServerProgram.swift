import Foundation
import TestSupport

/// A real server: a program that prints `listening HOST:PORT`, and answers every line on its
/// standard input with a line on its standard output.
final class ServerProgram: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let address: String
    private let process: ChildProcess

    init(_ command: [String]) throws {
        var plan = ChildProcess.Plan(
            program: command[0], arguments: Array(command.dropFirst()))
        plan.environment = ProcessInfo.processInfo.environment
        plan.input = .pipe
        process = try ChildProcess(plan)
        _ = process.wait(upTo: .seconds(30)) {
            $1 || Self.lines($0).contains(where: Self.isGreeting)
        }
        guard let greeting = Self.lines(process.output).first(where: Self.isGreeting) else {
            let errors = String(decoding: process.errors, as: UTF8.self)
            throw Failure(description: "\(command) did not start: \(errors)")
        }
        address = String(greeting.dropFirst("listening ".count))
    }

    /// Sends a line and waits for its answer.
    func send(_ line: String) throws {
        let before = Self.lines(process.output).count
        try process.send(line)
        let answered = process.wait(upTo: .seconds(10)) { Self.lines($0).count > before || $1 }
        guard answered, Self.lines(process.output).count > before else {
            throw Failure(description: "the server did not answer \"\(line)\"")
        }
    }

    func kill() {
        process.signal(SIGKILL)
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    private static func isGreeting(_ line: Substring) -> Bool {
        line.hasPrefix("listening ")
    }
}

/// The servers that the cases of a file share, each started once and killed when the tests end.
final class SharedServers: @unchecked Sendable {
    private struct Key: Hashable {
        var file: String
        var server: Case.Server
    }

    static let shared = SharedServers()
    private let lock = NSLock()
    private var servers: [Key: Result<ServerProgram, any Error>] = [:]

    private init() {
        atexit {
            for case .success(let server) in SharedServers.shared.servers.values { server.kill() }
        }
    }

    func server(_ server: Case.Server, for file: String, root: String) throws -> ServerProgram {
        try lock.withLock {
            let key = Key(file: file, server: server)
            if let started = servers[key] { return try started.get() }
            let command = server.command.map { $0.replacingOccurrences(of: "{root}", with: root) }
            let started = Result { try ServerProgram(command) }
            servers[key] = started
            return try started.get()
        }
    }
}
