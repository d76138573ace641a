import Foundation
import TestSupport
import Testing

/// A watch of a real server that changes at random, dies and comes back.
@Suite struct FlipTests {
    private static let python = TestCertificates.python
    private static let isRunnable = TestCertificates.canBeMade

    @Test(.enabled(if: isRunnable), arguments: [1, 2])
    func `a watch shows exactly what the server told`(seed: Int) async throws {
        let result = await inThread { Result { try Self.watchFlips(seed: seed) } }
        let (told, seen) = try result.get()
        #expect(told.count > 20)
        #expect(seen == told)
    }

    private static func watchFlips(seed: Int) throws -> (told: [String], seen: [String]) {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try ServerProgram(
            [python, "Tests/Servers/flip.py", "--seed", "\(seed)"], in: Workplace.root.path)
        let probe = try ChildProcess(
            ChildProcess.Plan(
                program: Workplace.binary,
                arguments: [
                    "-addr", server.address, "-watch", "-until", "SERVICE_UNKNOWN",
                    "-connect-timeout", "10s", "-rpc-timeout", "10s", "-output", "json",
                ]))
        let status = probe.finish(within: .seconds(40))
        let errors = String(decoding: probe.errors, as: UTF8.self)
        #expect(status == .code(0), "\(errors)")
        try server.send("told \(directory)/told")
        let told = try String(contentsOfFile: "\(directory)/told", encoding: .utf8)
        let lines = String(decoding: probe.output, as: UTF8.self).split(separator: "\n")
        let seen = try lines.map { line in
            let change = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
            return change["status"]?.text ?? "DISCONNECTED"
        }
        return (told.split(separator: "\n").map(String.init), seen)
    }
}
