import GRPC

/// What the process exits with; the numbers are interface.
package struct ExitCode: Equatable, Sendable {
    package var rawValue: Int32

    private init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// SERVING, all of them.
    package static let serving = ExitCode(0)
    /// Invalid arguments, or an unreadable file named in them.
    package static let usage = ExitCode(1)
    /// No connection: name lookup, TCP, not an HTTP/2 server, or any of these too slow.
    package static let notConnected = ExitCode(2)
    /// Connected, but the RPC failed or was too slow.
    package static let rpcFailed = ExitCode(3)
    package static let notServing = ExitCode(4)
    /// UNKNOWN, or a status number this program does not know.
    package static let unknown = ExitCode(5)
    package static let serviceUnknown = ExitCode(6)
    /// SPIFFE credentials could not be had.
    package static let noCredentials = ExitCode(20)

    /// The code of one result.
    package init(of result: Observation.Result) {
        switch result {
        case .answered(.serving): self = .serving
        case .answered(.notServing): self = .notServing
        case .answered(.serviceUnknown): self = .serviceUnknown
        case .answered: self = .unknown
        case .failed(let failure) where failure.phase == .rpc: self = .rpcFailed
        case .failed(let failure) where failure.phase == .spiffe: self = .noCredentials
        case .failed: self = .notConnected
        }
    }

    /// The code of a run: the smallest that is not zero.
    ///
    /// - Parameter binary: whether every failure is 1 (Docker documents only 0 and 1).
    package init(of observations: [Observation], binary: Bool) {
        self.init(of: observations.lazy.map { $0.result }, binary: binary)
    }

    package init(of results: some Sequence<Observation.Result>, binary: Bool) {
        let failures = results.lazy.map { ExitCode(of: $0) }.filter { $0 != .serving }
        let worst = failures.min { $0.rawValue < $1.rawValue } ?? .serving
        self = binary && worst != .serving ? .usage : worst
    }

    /// The code of a run that a signal ended before there was an answer, as shells have it.
    package init(signal: Int32) {
        self.init(128 + signal)
    }
}
