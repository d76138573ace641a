import Foundation

/// A folder of certificates that a script in `Tests/Servers` makes, once for all tests of a run. It
/// is removed when the tests end.
package final class TestCertificates: @unchecked Sendable {
    /// Those of servers and clients, and files to trust.
    package static let shared = TestCertificates("certificates.py")
    /// SPIFFE's: authorities of trust domains, and identities.
    package static let identities = TestCertificates("svids.py")

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The Python that `Scripts/test` sets up, with what the scripts need.
    package static let python = root + "/.build-venv/bin/python"
    /// Whether it is there.
    package static let canBeMade = FileManager.default.isExecutableFile(atPath: python)

    private let script: String
    private let lock = NSLock()
    private var made: Result<String, any Error>?

    private init(_ script: String) {
        self.script = script
        atexit {
            for certificates in [TestCertificates.shared, .identities] {
                guard case .success(let folder) = certificates.made else { continue }
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }

    /// The path of the folder.
    package var folder: String {
        get throws {
            try lock.withLock {
                let result = made ?? Result { try make() }
                made = result
                return try result.get()
            }
        }
    }

    /// The contents of a file in the folder.
    package func contents(of name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    private func make() throws -> String {
        let folder = try temporaryDirectory()
        var plan = ChildProcess.Plan(
            program: Self.python, arguments: ["\(Self.root)/Tests/Servers/\(script)", folder])
        plan.environment = ProcessInfo.processInfo.environment
        let process = try ChildProcess(plan)
        guard process.finish(within: .seconds(60)) == .code(0) else {
            let errors = String(decoding: process.errors, as: UTF8.self)
            throw Failure(description: "there are no certificates: \(errors)")
        }
        return folder
    }
}
