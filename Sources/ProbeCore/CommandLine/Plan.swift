/// Everything one run does, decided: parsed and checked before anything is opened.
package struct Plan: Equatable, Sendable {
    package var targets: [Target]
    /// Service names to ask of every target; `""` is the server as a whole.
    package var services: [String]
    /// Name lookup, TCP, TLS and the HTTP/2 settings together.
    package var connectTimeout: Duration
    /// One RPC; also sent as `grpc-timeout`.
    package var rpcTimeout: Duration
    /// One limit for the whole run.
    package var runTimeout: Duration?
    /// Custom metadata in wire form, in the order given.
    package var metadata: [HeaderField]
    package var userAgent: String
    /// Replaces every target's own `:authority`.
    package var authority: String?
    package var output: OutputFormat
    package var verbosity: Verbosity
    package var color: ColorChoice
    /// Print nothing on success.
    package var quiet: Bool
    /// Turn every exit code from 2 to 20 into 1.
    package var binaryExit: Bool

    package static let defaultUserAgent = "\(programName)/\(Version.number)"

    package init(targets: [Target], services: [String]) {
        self.targets = targets
        self.services = services
        connectTimeout = .seconds(1)
        rpcTimeout = .seconds(1)
        runTimeout = nil
        metadata = []
        userAgent = Plan.defaultUserAgent
        authority = nil
        output = .text
        verbosity = .silent
        color = .auto
        quiet = false
        binaryExit = false
    }
}

/// The raw values are the words that `-output` takes.
package enum OutputFormat: String, CaseIterable, Equatable, Sendable {
    case text
    case json
}

/// How much of what happens is told on standard error.
package enum Verbosity: Comparable, Sendable {
    case silent
    /// `-v`: the steps, with times.
    case steps
    /// `-trace`: the HTTP/2 frames too.
    case frames
}

/// The raw values are the words that `-color` takes.
package enum ColorChoice: String, CaseIterable, Equatable, Sendable {
    /// Colours where the stream is a terminal that wants them.
    case auto
    case always
    case never
}
