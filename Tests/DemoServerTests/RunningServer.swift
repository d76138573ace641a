import Foundation
import TestSupport

/// The server as a child process, listening at a free port.
struct RunningServer {
    struct Failure: Error {}

    static let program = builtProgram("health-demo-server")

    let process: ChildProcess
    /// What it announced.
    let addresses: [String]

    init(_ arguments: [String] = [], listeners: Int = 1) throws {
        var plan = ChildProcess.Plan(program: Self.program, arguments: arguments)
        plan.input = .pipe
        process = try ChildProcess(plan)
        _ = process.wait(upTo: .seconds(30)) { Self.lines($0).count >= listeners || $1 }
        addresses = Self.lines(process.output).map { String($0.dropFirst("listening ".count)) }
        guard addresses.count == listeners else { throw Failure() }
    }

    /// Sends a command and waits for the reply.
    func tell(_ command: String) throws -> String {
        let before = Self.lines(process.output).count
        try process.send(command)
        _ = process.wait(upTo: .seconds(30)) { Self.lines($0).count > before || $1 }
        return Self.lines(process.output).dropFirst(before).first.map { String($0) } ?? ""
    }

    /// The exit code and the output of the probe.
    func probe(_ arguments: String...) throws -> (status: ExitStatus, output: String) {
        let probe = try ChildProcess(
            ChildProcess.Plan(program: builtProgram("swift-health-probe"), arguments: arguments))
        let status = probe.finish(within: .seconds(30))
        return (status, String(decoding: probe.output, as: UTF8.self))
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
}

/// A program that was built along with the tests, and stands beside them.
private func builtProgram(_ name: String) -> String {
    let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
    let places =
        bundles.map { $0.bundleURL.deletingLastPathComponent() } + [Bundle.main.bundleURL]
    let candidates = places.map { $0.appendingPathComponent(name).path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
}
