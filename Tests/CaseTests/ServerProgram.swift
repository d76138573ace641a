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

    init(_ command: [String], in directory: String) throws {
        var plan = ChildProcess.Plan(
            program: "/bin/sh", arguments: ["-c", "cd \"$0\" && exec \"$@\"", directory] + command)
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

    /// Sends a line and waits for its answer, which must not be an error.
    func send(_ line: String) throws {
        let before = Self.lines(process.output).count
        try process.send(line)
        _ = process.wait(upTo: .seconds(10)) { Self.lines($0).count > before || $1 }
        let answer = Self.lines(process.output).dropFirst(before).first ?? "nothing"
        guard answer != "nothing", !answer.hasPrefix("error") else {
            throw Failure(description: "the server answered \(answer) to \"\(line)\"")
        }
    }

    /// Lets the server go, and whatever it has started with it.
    func leave() {
        process.closeInput()
        _ = process.finish(within: .seconds(5))
    }

    deinit {
        leave()
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    private static func isGreeting(_ line: Substring) -> Bool {
        line.hasPrefix("listening ")
    }
}

/// The servers that the cases of a file share, each started once and let go when the tests end.
final class SharedServers: @unchecked Sendable {
    private struct Key: Hashable {
        var file: String
        var command: [String]
    }

    static let shared = SharedServers()
    private let lock = NSLock()
    private var servers: [Key: Result<ServerProgram, any Error>] = [:]

    private init() {
        atexit {
            for case .success(let server) in SharedServers.shared.servers.values { server.leave() }
        }
    }

    func server(
        _ command: [String], in directory: String, for file: String
    ) throws -> ServerProgram {
        try lock.withLock {
            let key = Key(file: file, command: command)
            if let started = servers[key] { return try started.get() }
            let started = Result { try ServerProgram(command, in: directory) }
            servers[key] = started
            return try started.get()
        }
    }
}
