import Foundation
import TestSupport
import Testing

/// What the README tells people to copy does what it says, in the shells that they copy it to.
@Suite struct ReadmeTests {
    /// The first block of shell below a heading.
    private static func script(below heading: String) throws -> String {
        let text = try String(
            contentsOf: Workplace.root.appendingPathComponent("README.md"), encoding: .utf8)
        let section = try #require(
            text.components(separatedBy: "\n## \(heading)\n").dropFirst().first)
        let block = try #require(section.components(separatedBy: "```sh\n").dropFirst().first)
        return try #require(block.components(separatedBy: "```").first)
    }

    /// What a script does in a shell of its own, and with which code it ends.
    private static func run(_ script: String, in shell: String) throws -> (String, code: String) {
        let server = try ServerProgram(
            [Workplace.builtProgram("health-demo-server"), "--listen", "127.0.0.1:0"],
            in: Workplace.root.path)
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/swift-health-probe", withDestinationPath: Workplace.binary)
        try script.replacingOccurrences(of: "{server}", with: server.address).write(
            toFile: directory + "/script", atomically: false, encoding: .utf8)
        var plan = ChildProcess.Plan(
            program: "/bin/sh",
            arguments: ["-c", "cd '\(directory)'; \(shell) script 2>&1; echo $?"])
        plan.environment = ["PATH": "\(directory):/usr/bin:/bin"]
        let process = try ChildProcess(plan)
        #expect(process.finish(within: .seconds(30)) != .hung, "\(script)")
        let lines = String(decoding: process.output, as: UTF8.self).split(separator: "\n")
        return (lines.dropLast().joined(separator: "\n"), String(lines.last ?? ""))
    }

    private static let shells = ["sh", "bash", "bash -eo pipefail"]

    @Test(arguments: shells)
    func `the gate tells what is wrong`(shell: String) async throws {
        let rows = [
            ("{server}", "shop.Cart", "0", ""),
            ("{server}", "shop.Search", "4", "shop.Cart is not healthy"),
            ("{server}", "no.Such", "3", "shop.Cart is not healthy"),
            ("127.0.0.1:1", "shop.Cart", "2", "staging is down"),
            ("127.0.0.1", "shop.Cart", "1", "the check itself is wrong"),
        ]
        let gate = try Self.script(below: "As a gate in CI")
        for (target, service, code, message) in rows {
            let script = gate.replacingOccurrences(of: "staging.internal:5000", with: target)
                .replacingOccurrences(of: "-service shop.Cart", with: "-service \(service)")
            let (output, found) = try await inThread {
                Result { try Self.run(script, in: shell) }
            }.get()
            #expect(found == code, "\(output)")
            #expect(message.isEmpty ? output.isEmpty : output.hasSuffix(message))
        }
    }

    @Test(arguments: shells)
    func `good metrics are not lost to a mistake`(shell: String) async throws {
        let write = try Self.script(below: "Metrics")
            .replacingOccurrences(of: "/var/lib/node_exporter/", with: "")
        let script = """
            echo '{server}' >targets.txt
            \(write)
            echo 'no target' >targets.txt
            (\(write.trimmingCharacters(in: .newlines))) 2>/dev/null || true
            grep -c '^grpc_health_serving{.*} 1$' grpc_health.prom
            """
        let (output, code) = try await inThread {
            Result { try Self.run(script, in: shell) }
        }.get()
        #expect(output == "1")
        #expect(code == "0")
    }
}
