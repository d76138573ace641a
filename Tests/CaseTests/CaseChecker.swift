import Basics
import Compression
import Foundation
import TestSupport

/// One thing that is wrong with the program in a case.
struct CaseProblem {
    var line: Int
    var message: String
}

/// Compares what the program did with what a case expects.
struct CaseChecker {
    let test: Case
    var places: Places
    private(set) var problems: [CaseProblem] = []

    init(test: Case, places: Places) {
        self.test = test
        self.places = places
    }

    mutating func check(_ outcome: CaseRunner.Outcome) {
        for expectation in test.expectations {
            if let message = complaint(expectation.kind, outcome) {
                problems.append(
                    CaseProblem(line: expectation.line, message: message + outcome.quoted))
            }
        }
        for deed in outcome.missed {
            problems.append(
                CaseProblem(
                    line: deed.line, message: "the moment did not come" + outcome.quoted))
        }
        checkLines(outcome.output, "stdout", outcome) { kind in
            if case .output(.line(let line)) = kind { line } else { nil }
        }
        checkLines(outcome.errors, "stderr", outcome) { kind in
            if case .errors(.line(let line)) = kind { line } else { nil }
        }
        for text in [outcome.output, outcome.errors] where !isHarmless(text) {
            problems.append(
                CaseProblem(
                    line: test.line,
                    message: "a control character was printed" + outcome.quoted))
        }
    }

    /// The second run, with `-output json`.
    mutating func checkReport(_ outcome: CaseRunner.Outcome, statusBefore: ExitStatus) {
        if outcome.status != statusBefore {
            problems.append(
                CaseProblem(
                    line: test.line,
                    message: "\(statusBefore), but with -output json \(outcome.status)"
                        + outcome.quoted))
        }
        let lines = outcome.output.split(separator: "\n")
        let results = lines.map { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
        for expectation in test.expectations {
            guard case .json(let result, let key, let value) = expectation.kind else { continue }
            guard result < results.count, case .object? = results[result] else {
                problems.append(
                    CaseProblem(
                        line: expectation.line,
                        message: "stdout has no JSON object \(result + 1)" + outcome.quoted))
                continue
            }
            let found = results[result]?[key]?.text
            let wanted = value.map(places.fill)
            if found != wanted {
                let message = "\(key) is \(found ?? "absent"), not \(wanted ?? "absent")"
                problems.append(
                    CaseProblem(line: expectation.line, message: message + outcome.quoted))
            }
        }
    }

    private func complaint(
        _ kind: Expectation.Kind, _ outcome: CaseRunner.Outcome
    ) -> String? {
        switch kind {
        case .exit(let code):
            return outcome.status == .code(code) ? nil : "\(outcome.status), not exit \(code)"
        case .output(.line), .errors(.line), .json: return nil
        case .output(let text): return complaint(text, outcome.output, "stdout")
        case .errors(let text): return complaint(text, outcome.errors, "stderr")
        case .request(let request): return complaint(request, outcome.records)
        case .tls(let tls): return complaint(tls, outcome.records)
        case .requests(let count):
            let seen = outcome.records.map(\.requests.count).reduce(0, +)
            return seen == count ? nil : "\(seen) requests, not \(count)"
        case .connections(let count):
            let seen = outcome.records.count
            return seen == count ? nil : "\(seen) connections, not \(count)"
        case .reset(let code):
            let seen = outcome.records.flatMap { $0.resets.map(\.code) }
            return seen.contains(code) ? nil : "resets: \(seen), none is \(code)"
        case .goAway(let code):
            let seen = outcome.records.flatMap { $0.goAways.map(\.code) }
            return seen.contains(code) ? nil : "goaways: \(seen), none is \(code)"
        case .pingAcks(let count):
            let seen = outcome.records.map(\.pingAcks.count).reduce(0, +)
            return seen == count ? nil : "\(seen) ping acks, not \(count)"
        case .polite:
            let rude = outcome.records.first { !$0.isPolite }
            guard let rude else { return outcome.records.isEmpty ? "no connection" : nil }
            return "the program left with \(rude.goAways) and \(rude.end)"
        }
    }

    private func complaint(_ text: Expectation.Text, _ found: String, _ what: String) -> String? {
        switch text {
        case .empty: found.isEmpty ? nil : "\(what) is not empty"
        case .line(let line):
            found == places.fill(line) ? nil : "\(what) is \(found), not \(places.fill(line))"
        case .matches(let pattern):
            found.contains(pattern: places.fill(pattern))
                ? nil : "\(what) does not match \(places.fill(pattern))"
        case .differs(let pattern):
            found.contains(pattern: places.fill(pattern))
                ? "\(what) matches \(places.fill(pattern))" : nil
        }
    }

    private func complaint(
        _ request: Expectation.Request, _ records: [PeerRecord]
    ) -> String? {
        guard let seen = records.flatMap(\.requests).last else { return "no request was seen" }
        switch request {
        case .absent(let name):
            return seen.values(name).isEmpty ? nil : "\(name) is \(seen.values(name))"
        case .names(let names):
            return complaint(names, seen.names.joined(separator: " "), "the list of fields")
        case .neverIndexed(let names):
            let secrets = seen.headers.filter { $0.isNeverIndexed }
            let found = secrets.map { String(decoding: $0.name, as: UTF8.self) }
            return complaint(names, found.joined(separator: " "), "what is never indexed")
        case .message(let bytes):
            return seen.message == bytes ? nil : "the request's body is \(seen.body)"
        case .compressed(let bytes):
            let inside = seen.compressedMessage.flatMap {
                try? Inflater.inflate($0, limit: Limits.messageSize)
            }
            return inside == bytes ? nil : "the request's body is \(seen.body)"
        case .field(let name, let text):
            guard !seen.values(name).isEmpty else { return "the request has no \(name)" }
            return complaint(text, seen.values(name).joined(separator: ", "), name)
        }
    }

    private func complaint(_ expected: Expectation.TLS, _ records: [PeerRecord]) -> String? {
        guard let record = records.last else { return "no connection" }
        func compare(_ what: String, _ seen: String?, _ wanted: String?) -> String? {
            let wanted = wanted.map(places.fill)
            return seen == wanted
                ? nil : "\(what) is \(seen ?? "absent"), not \(wanted ?? "absent")"
        }
        if case .client(let name) = expected {
            return compare("the client's certificate", record.tls?.clientName, name)
        }
        if case .alert(let number) = expected {
            return compare("the alert", record.tls?.alert.map { "\($0)" }, "\(number)")
        }
        guard let hello = record.hello else { return "the client did not speak TLS" }
        switch expected {
        case .serverName(let name): return compare("the server name", hello.serverName, name)
        case .protocols(let names):
            let seen = hello.protocols.joined(separator: " ")
            return compare("ALPN", seen.isEmpty ? nil : seen, names)
        case .versions(let versions):
            return compare("the versions", hello.versions.joined(separator: " "), versions)
        case .groups(let groups):
            var wanted: [String] = []
            for group in groups {
                let name = group.trimmingCharacters(in: ["[", "]"])
                if name == group || hello.groups.contains(name) { wanted.append(name) }
            }
            return compare(
                "the groups", hello.groups.joined(separator: " "), wanted.joined(separator: " "))
        case .keyShares(let groups):
            return compare("the key shares", hello.keyShares.joined(separator: " "), groups)
        case .compressions(let numbers):
            let seen = hello.compressions.map(String.init).joined(separator: " ")
            return compare("the compressions", seen.isEmpty ? nil : seen, numbers)
        case .client, .alert: return nil
        }
    }

    /// All exact lines together are the whole text.
    private mutating func checkLines(
        _ text: String, _ what: String, _ outcome: CaseRunner.Outcome,
        _ line: (Expectation.Kind) -> String?
    ) {
        let wanted = test.expectations.filter { line($0.kind) != nil }
        guard let first = wanted.first else { return }
        let whole = wanted.compactMap { line($0.kind) }.map { places.fill($0) + "\n" }.joined()
        if whole != text {
            problems.append(
                CaseProblem(line: first.line, message: "\(what) differs" + outcome.quoted))
        }
    }

    /// Nothing in the text moves a cursor, rings a bell, or turns the writing direction round.
    /// A case about colours has them.
    private func isHarmless(_ text: String) -> Bool {
        let hasColors = test.arguments?.contains { $0.hasPrefix("-color") } ?? false
        return text.unicodeScalars.allSatisfy {
            switch $0.value {
            case 0x0a: true
            case 0x1b: hasColors
            case 0x00..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069: false
            default: true
            }
        }
    }
}

extension CaseRunner.Outcome {
    fileprivate var quoted: String {
        "\n  status: \(status)\n  stdout: \(output.debugDescription)\n"
            + "  stderr: \(errors.debugDescription)"
    }
}
