import Basics
package import Outcome

/// What was to be printed and could not be, as a line on standard error.
package enum OutputLoss: Equatable, Sendable {
    /// Where results go.
    package enum Place: Equatable, Sendable {
        case standardOutput
        /// The path of `-output-file`.
        case file(String)
    }

    /// The system refused to take results.
    case failed(Place, SystemErrorNumber)
    /// The reader of results was too slow for `-timeout`.
    case tooSlow(timeout: Duration)
    /// There were more results than could be put into words within `-timeout`.
    case tooMany(timeout: Duration)
    /// The reader of results took nothing for so long.
    case standstill(Duration)
    /// So many lines of `-v` and `-trace`.
    case notes(Int)

    package var line: String {
        switch self {
        case .failed(.standardOutput, let error):
            Self.output(error.description)
        case .failed(.file(let path), let error):
            "\(programName): -output-file \(escaped(path)): \(error.description); "
                + "the file is unchanged\n"
        case .tooSlow(let timeout):
            Self.output("the reader did not take everything within \(timeout.goText) (-timeout)")
        case .tooMany(let timeout):
            Self.output("not everything could be written within \(timeout.goText) (-timeout)")
        case .standstill(let time):
            Self.output("the reader took nothing for \(time.goText)")
        case .notes(let count):
            "\(programName): \(count) \(count == 1 ? "line of -v was" : "lines of -v were")"
                + " left out: standard error was full\n"
        }
    }

    private static func output(_ cause: String) -> String {
        "\(programName): standard output: \(cause); results are lost\n"
    }
}
