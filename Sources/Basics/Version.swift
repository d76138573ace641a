/// The name that lines for people begin with.
package let programName = "swift-health-probe"

/// The version of this program.
package enum Version {
    package static let number = "0.1.0"

    /// What `-version` prints: the program and the libraries in it.
    package static func text(libraries: [String]) -> String {
        var text = "\(programName) \(number)"
        for (index, library) in libraries.enumerated() {
            text += index == 0 ? " (\(library)" : ", \(library)"
        }
        return libraries.isEmpty ? text : text + ")"
    }
}
