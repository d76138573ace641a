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
        /// What could not be done because its moment did not come.
        var missed: ArraySlice<Case.Deed>
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

    /// Whether the program was built with TLS: it names the libraries that it has.
    var programHasTLS: Bool {
        get throws {
            var plan = ChildProcess.Plan(program: binary, arguments: ["-version"])
            plan.environment = Self.cleanEnvironment
            let process = try ChildProcess(plan)
            _ = process.finish(within: hangLimit)
            return String(decoding: process.output, as: UTF8.self).contains("OpenSSL")
        }
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
                try places.send(line)
            }
        }
        let process = try ChildProcess(plan(test, places, with: more))
        let missed = try perform(test.deeds.filter { !$0.isLast }, on: process, places)
        let status = process.finish(within: hangLimit)
        _ = try perform(test.deeds.filter(\.isLast), on: process, places)
        return Outcome(
            status: status, output: String(decoding: process.output, as: UTF8.self),
            errors: String(decoding: process.errors, as: UTF8.self),
            records: places.peer?.finish() ?? [], missed: missed)
    }

    private func plan(
        _ test: Case, _ places: Places, with more: [String]
    ) throws -> ChildProcess.Plan {
        var plan = ChildProcess.Plan(
            program: binary, arguments: (test.arguments ?? []).map(places.fill) + more)
        plan.environment = Self.cleanEnvironment
        for (name, value) in test.environment { plan.environment[name] = places.fill(value) }
        plan.output = test.output
        plan.errors = test.errors
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

    /// Does what the case does to a running program, in order, up to the first moment that does
    /// not come; answers what was not done.
    private func perform(
        _ deeds: [Case.Deed], on process: ChildProcess, _ places: Places
    ) throws -> ArraySlice<Case.Deed> {
        for (index, deed) in deeds.enumerated() {
            guard waitFor(deed.moment, of: process, places) else { return deeds[index...] }
            switch (deed.act, deed.moment) {
            case (.signal(let number), _): process.signal(number)
            case (.send, .atOnce): break
            case (.send(let line), _): try places.send(line)
            }
        }
        return []
    }

    private func waitFor(
        _ moment: Case.Deed.Moment, of process: ChildProcess, _ places: Places
    ) -> Bool {
        switch moment {
        case .atOnce, .exit: true
        case .request:
            places.peer?.wait(upTo: hangLimit) { records in
                records.contains { $0.requests.contains(where: \.isComplete) }
            } ?? false
        case .pingAck:
            places.peer?.wait(upTo: hangLimit) { $0.contains { !$0.pingAcks.isEmpty } } ?? false
        case .output(let pattern):
            process.wait(upTo: hangLimit) { output, ended in
                ended || String(decoding: output, as: UTF8.self).contains(pattern: pattern)
            } && String(decoding: process.output, as: UTF8.self).contains(pattern: pattern)
        }
    }
}

extension Case.Deed {
    fileprivate var isLast: Bool {
        if case .exit = moment { true } else { false }
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
