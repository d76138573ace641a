/// What goes to the two standard streams.
package struct Output: Equatable, Sendable {
    package var standardOutput = ""
    package var standardError = ""

    package init(_ standardOutput: String = "", standardError: String = "") {
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}
