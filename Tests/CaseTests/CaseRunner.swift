import Foundation
import TestSupport

/// Runs cases against the built program.
struct CaseRunner: Sendable {
    /// What one run of the program left behind.
    struct Outcome {
        var status: ExitStatus
        var output: String
        var errors: String
        /// What the first scripted server saw.
        var records: [PeerRecord]
    }

    let binary: String
    /// The package's directory.
    let root: String
    /// The program may take this long before it is killed and the case has failed.
    var hangLimit: Duration = .seconds(20)

    /// A program that this case needs and this machine does not have.
    func missingProgram(of test: Case) -> String? {
        Places(test: test, directory: "", root: root).missing
    }

    /// Everything that is wrong with the program in this case; empty where all is well.
    func problems(of test: Case) throws -> [CaseProblem] {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var places = Places(test: test, directory: directory, root: root)
        try places.startServers()

        let first = try run(test, in: &places, with: [])
        var checker = CaseChecker(test: test, places: places)
        checker.check(first)
        if test.expectsJSON {
            let isJSON = zip(test.arguments ?? [], (test.arguments ?? []).dropFirst())
                .contains { $0 == "-output" && $1 == "json" }
            let report =
                try isJSON ? first : run(test, in: &places, with: ["-output", "json"])
            checker.places = places
            checker.checkReport(report, statusBefore: first.status)
        }
        return checker.problems
    }

    private func run(
        _ test: Case, in places: inout Places, with more: [String]
    ) throws -> Outcome {
        try places.startPeers()
        for file in test.files {
            let path = "\(places.directory)/\(file.name)"
            try places.fill(file.content).write(toFile: path, atomically: false, encoding: .utf8)
        }
        for deed in test.deeds {
            if case .send(let line) = deed.act, case .atOnce = deed.moment {
                try places.server?.send(places.fill(line))
            }
        }
        let process = try ChildProcess(plan(test, places, with: more))
        let deeds = Thread { [places] in perform(test.deeds, on: process, places) }
        if !test.deeds.isEmpty { deeds.start() }
        let status = process.finish(within: hangLimit)
        return Outcome(
            status: status, output: String(decoding: process.output, as: UTF8.self),
            errors: String(decoding: process.errors, as: UTF8.self),
            records: places.peer?.finish() ?? [])
    }

    private func plan(
        _ test: Case, _ places: Places, with more: [String]
    ) throws -> ChildProcess.Plan {
        var plan = ChildProcess.Plan(
            program: binary, arguments: (test.arguments ?? []).map(places.fill) + more)
        plan.environment = Self.cleanEnvironment
        for (name, value) in test.environment { plan.environment[name] = places.fill(value) }
        plan.output = test.output
        if let input = test.input {
            let path = "\(places.directory)/.stdin"
            try places.fill(input).write(toFile: path, atomically: false, encoding: .utf8)
            plan.input = .file(path)
        }
        return plan
    }

    /// What the tools that watch a test run need, and nothing that could steer the program.
    private static let cleanEnvironment: [String: String] = {
        let names = [
            "LLVM_PROFILE_FILE", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
            "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
        ]
        return ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
            .merging(["PATH": "/usr/bin:/bin"]) { $1 }
    }()

    /// Does what the case does to a running program, in order.
    private func perform(_ deeds: [Case.Deed], on process: ChildProcess, _ places: Places) {
        for deed in deeds {
            switch deed.moment {
            case .atOnce: break
            case .request:
                let seen = places.peer?.wait(upTo: hangLimit) { records in
                    records.contains { $0.requests.contains(where: \.isComplete) }
                }
                guard seen == true else { return }
            case .output(let pattern):
                let seen = process.wait(upTo: hangLimit) { output, ended in
                    ended || String(decoding: output, as: UTF8.self).contains(pattern: pattern)
                }
                guard seen else { return }
            }
            switch (deed.act, deed.moment) {
            case (.signal(let number), _): process.signal(number)
            case (.send, .atOnce): break
            case (.send(let line), _): try? places.server?.send(places.fill(line))
            }
        }
    }
}

extension Case {
    fileprivate var expectsJSON: Bool {
        expectations.contains {
            if case .json = $0.kind { true } else { false }
        }
    }
}

extension String {
    /// Whether the regular expression `pattern` matches somewhere; lines begin at `^`.
    func contains(pattern: String) -> Bool {
        range(of: "(?m)" + pattern, options: .regularExpression) != nil
    }
}
