import Basics
package import Outcome

/// How far a wait has come.
package struct WaitProgress: Equatable, Sendable {
    package var serving: Int
    package var services: Int
    package var elapsed: Duration
    package var limit: Duration

    package init(serving: Int, services: Int, elapsed: Duration, limit: Duration) {
        self.serving = serving
        self.services = services
        self.elapsed = elapsed
        self.limit = limit
    }

    /// One line of a terminal that the next one replaces (ECMA-48, "Erase in Line").
    package var line: String {
        let seconds = elapsed.wholeNanoseconds / 1_000_000_000
        return "\r\u{1B}[Kserving \(serving)/\(services), \(seconds)s of \(limit.goText)"
    }

    /// What is said at the end of a wait in vain.
    ///
    /// - Parameter limit: the one that ended it, of `-wait` or of `-timeout`.
    package func gaveUp(after limit: Duration) -> String {
        let share = services > 1 ? " (\(serving) of \(services) were SERVING)" : ""
        return "\(programName): gave up after \(limit.goText)\(share)\n"
    }

    /// What is said early of a failure that waiting alone will hardly end.
    package static func warning(about observation: Observation, colored: Bool) -> String {
        TextReport.failureLines(of: [observation], colored: colored)
            + "\(programName): still waiting, although waiting rarely helps here\n"
    }

    /// Removes the line.
    package static let cleared = "\r\u{1B}[K"
}
