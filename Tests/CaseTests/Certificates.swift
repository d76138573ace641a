import Foundation
import TestSupport

/// The folder of certificates that `Tests/Servers/certificates.py` makes, once for all cases of a
/// test run. It is removed when the tests end.
final class Certificates: @unchecked Sendable {
    static let shared = Certificates()
    private let lock = NSLock()
    private var made: Result<String, any Error>?

    private init() {
        atexit {
            guard case .success(let folder) = Certificates.shared.made else { return }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    func folder(python: String, root: String) throws -> String {
        try lock.withLock {
            let result = made ?? Result { try Self.make(python: python, root: root) }
            made = result
            return try result.get()
        }
    }

    private static func make(python: String, root: String) throws -> String {
        let folder = try temporaryDirectory()
        var plan = ChildProcess.Plan(
            program: python, arguments: ["\(root)/Tests/Servers/certificates.py", folder])
        plan.environment = ProcessInfo.processInfo.environment
        let process = try ChildProcess(plan)
        guard process.finish(within: .seconds(60)) == .code(0) else {
            let errors = String(decoding: process.errors, as: UTF8.self)
            throw ServerProgram.Failure(description: "there are no certificates: \(errors)")
        }
        return folder
    }
}
