import Foundation
import TestSupport
import Testing

/// Every case of every file in `Tests/Cases`, against the built program.
@Suite struct CaseTests {
    @Test(arguments: try Workplace.cases)
    func cases(_ test: Case) async throws {
        if let missing = Workplace.runner.missingProgram(of: test) {
            try Test.cancel("there is no \(missing)")
        }
        await Turnstile.shared.enter()
        let result = await inThread { Result { try Workplace.runner.problems(of: test) } }
        await Turnstile.shared.leave()
        for problem in try result.get() {
            let path = Workplace.directory.appendingPathComponent(test.file).path
            Issue.record(
                Comment(rawValue: problem.message),
                sourceLocation: SourceLocation(
                    fileID: "Cases/\(test.file)", filePath: path, line: problem.line, column: 1))
        }
    }
}

extension Case: CustomTestStringConvertible {
    var testDescription: String { "\(file): \(title)" }
}

/// Where the program and the package are.
enum Workplace {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let directory = root.appendingPathComponent("Tests/Cases")

    /// All cases that the program was built for, on plaintext and on TLS, or those whose names
    /// hold what `SWIFT_HEALTH_PROBE_CASES` says.
    static var cases: [Case] {
        get throws {
            let wanted = ProcessInfo.processInfo.environment["SWIFT_HEALTH_PROBE_CASES"]
            let cases = try CaseFile.all(in: directory)
                .flatMap { [$0] + [$0.overTLS].compactMap(\.self) }
                .filter { wanted.map($0.testDescription.contains) ?? true }
            let hasTLS = try runner.programHasTLS
            return cases.filter { ($0.wantsTLS ?? hasTLS) == hasTLS }
        }
    }

    static let runner = CaseRunner(binary: binary, root: root.path)

    /// `SWIFT_HEALTH_PROBE_BINARY`, or the program that was built along with the tests.
    static var binary: String {
        let named = ProcessInfo.processInfo.environment["SWIFT_HEALTH_PROBE_BINARY"]
        return named ?? builtProgram("swift-health-probe")
    }

    /// A program that was built along with the tests.
    static func builtProgram(_ name: String) -> String {
        let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
        let places =
            bundles.map { $0.bundleURL.deletingLastPathComponent() } + [Bundle.main.bundleURL]
        let candidates = places.map { $0.appendingPathComponent(name).path }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }
}

/// Lets as many cases run at once as there are processors: the program's timeouts are short, and
/// a machine that runs everything at once keeps none of them.
private actor Turnstile {
    static let shared = Turnstile(places: ProcessInfo.processInfo.activeProcessorCount)
    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        self.places = places
    }

    func enter() async {
        guard places == 0 else {
            places -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            places += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// Runs something that blocks where it does not block other tests.
func inThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: body()) }.start()
    }
}
