package import Basics
package import GRPC
package import Outcome
package import Plan

/// The lines of a watch: one for each change, and each hint once.
package struct WatchReport: Sendable {
    private let format: OutputFormat
    private let colors: Colors
    private let isColored: Bool
    /// What is called, for the words of a failure.
    private let method: HealthMethod
    private let request: RequestTraits
    private let targetWidth: Int
    private let serviceWidth: Int
    /// A hint is about the command line, which all targets share, so that none needs to be told
    /// twice, for another target or at the next attempt.
    private var toldHints: [String] = []
    /// As long as the longest word that stands there often.
    private static let statusWidth = "SERVICE_UNKNOWN".utf8.count

    /// - Parameters:
    ///   - method: what is called, for the words of a failure, and `request` how.
    ///   - subjects: all that will be reported about, for the width of the columns.
    package init(
        _ format: OutputFormat, _ colors: Colors, method: HealthMethod,
        request: RequestTraits = RequestTraits(), subjects: [Subject]
    ) {
        self.format = format
        self.method = method
        self.request = request
        self.colors = colors
        isColored = format == .text && colors.output
        var targetWidth = 0
        var serviceWidth = 0
        for subject in subjects {
            targetWidth = max(targetWidth, columnCount(escaped(subject.target.spelling)))
            for service in subject.services {
                serviceWidth = max(serviceWidth, columnCount(Self.shown(service)))
            }
        }
        self.targetWidth = targetWidth
        self.serviceWidth = serviceWidth
    }

    /// The lines of some changes, in their order, and on standard error what to do about them where
    /// that has not been told before.
    package mutating func output(of changes: [StatusChange]) -> Output {
        var output = Output()
        for change in changes {
            guard format != .json else {
                output.standardOutput += json(change)
                continue
            }
            let failure = failureText(of: change)
            output.standardOutput += text(change, failure)
            guard let hint = failure?.hint, !toldHints.contains(hint) else { continue }
            toldHints.append(hint)
            output.standardError += TextReport.hintLine(hint, colored: colors.error)
        }
        return output
    }

    // MARK: - Text

    /// `time status target service`, then what was before, and why nothing is known any more.
    private func text(_ change: StatusChange, _ failure: FailureText?) -> String {
        var line = rfc3339(nanosecondsSince1970: change.wallTime)
        line += "  " + painted(change.state)
        line += "  " + padded(escaped(change.target.spelling), to: targetWidth)
        line += "  " + padded(Self.shown(change.service), to: serviceWidth)
        if let held = change.held, let previous = change.previous {
            line += "  after \(held.rounded.goText) of \(previous.name)"
        }
        if let words = failure?.words {
            line += change.held == nil ? "  \(words)" : ": \(words)"
        }
        return line.withoutTrailingBlanks + "\n"
    }

    private func painted(_ state: WatchState) -> String {
        let paint: Paint =
            switch state {
            case .status(.serving): .green
            case .status(.notServing), .disconnected: .red
            case .status: .yellow
            }
        let name = state.name
        return paint.applied(to: name, isColored) + blanks(behind: name, in: Self.statusWidth)
    }

    private static func shown(_ service: String) -> String {
        service.utf8.isEmpty ? "\"\"" : escaped(service)
    }

    // MARK: - JSON

    private func json(_ change: StatusChange) -> String {
        var object = JSONObject()
        object.add("time", rfc3339(nanosecondsSince1970: change.wallTime))
        object.add("target", change.target.spelling)
        if let address = change.address { object.add("address", address.description) }
        object.add("service", change.service)
        if case .status(let status) = change.state { object.add("status", status.name) }
        object.add("healthy", raw: change.state == .status(.serving) ? "true" : "false")
        object.add("exit_code", raw: "\(ExitCode(of: change.state.result).rawValue)")
        if case .disconnected(let failure) = change.state {
            JSONReport.addStatus(of: failure.cause, to: &object)
        }
        object.add("event", change.state.event)
        object.add("sequence", raw: "\(change.sequence)")
        if let previous = change.previous { object.add("previous", previous.name) }
        if let held = change.held { object.add("held_ms", milliseconds: held) }
        if case .disconnected(let failure) = change.state {
            let observation = observation(of: change, failure)
            object.add("failure", raw: JSONReport.failure(failure, observation).text)
        }
        if let summary = change.security.summary {
            object.add("tls", raw: JSONReport.tls(summary).text)
        }
        return object.text + "\n"
    }

    private func failureText(of change: StatusChange) -> FailureText? {
        guard case .disconnected(let failure) = change.state else { return nil }
        return FailureText(observation(of: change, failure), failure)
    }

    private func observation(of change: StatusChange, _ failure: Failure) -> Observation {
        Observation(
            target: change.target, method: method, service: change.service,
            request: request, address: change.address, security: change.security,
            result: .failed(failure),
            timings: Timings(), wallTime: change.wallTime)
    }

    // MARK: - The end

    /// What is said on standard error when a watch ends: one line for each service.
    package static func summary(
        _ target: Target, _ service: String, _ record: StatusRecord, now: Instant, start: Instant
    ) -> String {
        let time = now.since(start).rounded.goText
        let changes = record.changeCount == 1 ? "1 change" : "\(record.changeCount) changes"
        let permille = Int(record.servingShare(until: now) * 1000)
        return "\(programName): watched \(escaped(target.spelling)) \(shown(service)) for \(time): "
            + "\(changes), SERVING \(permille / 10).\(permille % 10) % of the time\n"
    }

    /// The line of a service that cannot be watched.
    package static func failure(_ observation: Observation, _ colors: Colors) -> String {
        TextReport.failureLines(of: [observation], colored: colors.error)
    }
}

extension FailureText {
    /// The cause, and whom it is about if that is not the target.
    fileprivate var words: String {
        endpoint.map { "\(Phase.spiffe.word) \(escaped($0)): \(cause)" } ?? cause
    }
}

extension WatchState {
    var name: String {
        switch self {
        case .status(let status): status.name
        case .disconnected: Self.nameOfDisconnected
        }
    }

    fileprivate var event: String {
        switch self {
        case .status: "status"
        case .disconnected: "disconnected"
        }
    }

    /// The same as a result.
    package var result: Observation.Result {
        switch self {
        case .status(let status): .answered(status)
        case .disconnected(let failure): .failed(failure)
        }
    }
}

extension Duration {
    /// Without the digits that nobody reads: whole milliseconds, or microseconds below that.
    fileprivate var rounded: Duration {
        let unit: Int64 = wholeNanoseconds < 1_000_000 ? 1_000 : 1_000_000
        return .nanoseconds(wholeNanoseconds / unit * unit)
    }
}

extension String {
    fileprivate var withoutTrailingBlanks: String {
        var bytes = utf8[...]
        while bytes.last == UInt8(ascii: " ") { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
