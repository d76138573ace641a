/// What goes to the two standard streams.
package struct Output: Equatable, Sendable {
    package var standardOutput = ""
    package var standardError = ""

    package init(_ standardOutput: String = "") {
        self.standardOutput = standardOutput
    }

    /// What is said about a command line that cannot be obeyed.
    package init(_ error: UsageError) {
        standardError = error.showsUsage ? Help.usage : "\(programName): \(error.message)\n"
        if let hint = error.hint { standardError += "hint: \(hint)\n" }
    }
}

/// Whether each standard stream may be coloured.
package struct Colors: Equatable, Sendable {
    package var output: Bool
    package var error: Bool

    package init(output: Bool, error: Bool) {
        self.output = output
        self.error = error
    }

    /// The user's choice, or what the streams are.
    package init(
        _ choice: ColorChoice, outputIsTerminal: () -> Bool, errorIsTerminal: () -> Bool
    ) {
        switch choice {
        case .always: self.init(output: true, error: true)
        case .never: self.init(output: false, error: false)
        case .auto: self.init(output: outputIsTerminal(), error: errorIsTerminal())
        }
    }
}

/// `-output text`: one line for each result, answers on standard output, failures on standard
/// error.
package enum TextReport {
    package static func output(
        of observations: [Observation], quiet: Bool, colors: Colors
    ) -> Output {
        var output = Output()
        for observation in observations {
            switch observation.result {
            case .answered(let status):
                if quiet && status == .serving { continue }
                output.standardOutput += "status: \(painted(status, colors.output))\n"
            case .failed(let failure):
                output.standardError += lines(of: failure, observation, colored: colors.error)
            }
        }
        return output
    }

    /// The line of a failure, and its hint's.
    static func lines(
        of failure: Failure, _ observation: Observation, colored: Bool
    ) -> String {
        let text = FailureText(observation, failure)
        let phase = Paint.bold.applied(to: failure.phase.word, colored)
        let target = escaped(observation.target.spelling)
        let line = "\(programName): \(phase) \(target): \(text.cause)"
        // The end of the line counts too.
        var lines = clipped(line, to: Limits.failureLineSize - 1) + "\n"
        if let hint = text.hint {
            lines += "\(Paint.yellow.applied(to: "hint", colored)): \(hint)\n"
        }
        return lines
    }

    private static func painted(_ status: ServingStatus, _ colored: Bool) -> String {
        let paint: Paint =
            switch status {
            case .serving: .green
            case .notServing: .red
            default: .yellow
            }
        return paint.applied(to: status.name, colored)
    }
}

/// The few ways text is set off on a terminal (ECMA-48, "Select Graphic Rendition").
enum Paint: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"

    func applied(to text: String, _ isOn: Bool) -> String {
        isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
