package import Basics
package import GRPC
package import Outcome

/// Everything one run does, decided: parsed and checked before anything is opened.
package struct Plan: Equatable, Sendable {
    /// The targets of `-addr`.
    package var targets: [Target]
    /// Service names to ask of each of `targets`; `""` is the server as a whole.
    package var services: [String]
    /// The targets of `-targets`, each with all that it is asked for: the services of `-service`,
    /// and besides them those of its own line.
    package var listedTargets: [Subject]
    package var mode: Mode
    /// How many connections may be open at once; in a watch that calls Watch, be made at once.
    package var concurrency: Int
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
    /// Compress requests with gzip, and offer to take compressed answers.
    package var compresses: Bool
    /// TLS by the user's files; nil for plaintext, and for SPIFFE.
    package var tls: TLSPlan?
    /// Mutual TLS with credentials from the SPIFFE Workload API.
    package var spiffe: SPIFFEPlan?
    package var output: OutputFormat
    /// Where results go instead of standard output.
    package var outputFile: String?
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
        listedTargets = []
        mode = .check
        concurrency = 256
        connectTimeout = .seconds(1)
        rpcTimeout = .seconds(1)
        runTimeout = nil
        metadata = []
        userAgent = Plan.defaultUserAgent
        authority = nil
        compresses = false
        tls = nil
        spiffe = nil
        output = .text
        outputFile = nil
        verbosity = .silent
        color = .auto
        quiet = false
        binaryExit = false
    }
}

extension Plan {
    /// What is asked of whom, in the order of the command line.
    package var subjects: [Subject] {
        targets.map { Subject(target: $0, services: services) } + listedTargets
    }
}

extension Plan {
    /// What is known of a connection's protection before there is one.
    package var security: TransportSecurity {
        spiffe != nil ? .spiffe(nil) : tls != nil ? .tls(nil) : .plaintext
    }

    /// What `:authority` says to a target. As in gRPC's libraries, a name to verify is also the
    /// name to ask for.
    package func authority(for target: Target) -> String {
        authority ?? tls?.serverName ?? target.authority
    }

    /// The name that a target has to prove.
    package func serverName(of target: Target) -> ServerName {
        if let name = tls?.serverName { return ServerName(name) }
        return ServerName(ofAuthority: authority ?? target.authority)
    }
}

extension Plan {
    /// Those of the requests to a health service.
    package var requestTraits: RequestTraits {
        RequestTraits(
            isCompressed: compresses,
            namesServiceGroup: metadata.contains {
                $0.name.spells("tri-service-group") || $0.name.spells("tri-service-version")
            },
            comesWithPings: mode.watch?.keepalive != nil)
    }
}

/// What the program does with its subjects.
package enum Mode: Equatable, Sendable {
    /// Health/Check once.
    case check
    /// Health/List once.
    case list
    /// Health/Check again and again until everything is SERVING.
    case wait(WaitPlan)
    /// Health/Watch until interrupted.
    case watch(WatchPlan)
}

extension Mode {
    /// The method that is called.
    package var method: HealthMethod {
        switch self {
        case .check, .wait: .check
        case .list: .list
        case .watch(let plan): plan.method
        }
    }

    /// The names that a target's calls are about: a list is about none.
    package func services(of subject: Subject) -> [String] {
        self == .list ? [""] : subject.services
    }

    /// The plan of a watch.
    package var watch: WatchPlan? {
        if case .watch(let plan) = self { plan } else { nil }
    }

    /// Whether what has failed, or has been lost, is tried again.
    package var triesAgain: Bool {
        switch self {
        case .check, .list: false
        case .wait, .watch: true
        }
    }
}

package struct WaitPlan: Equatable, Sendable {
    /// When to give up.
    package var limit: Duration
    /// From the beginning of one check to the beginning of the next.
    package var interval: Duration = .seconds(1)

    package init(limit: Duration) {
        self.limit = limit
    }
}

package struct WatchPlan: Equatable, Sendable {
    /// Repeat Check so often instead, for servers without Watch.
    package var poll: Duration?
    /// Exit with 0 once everything has been in this state.
    package var until: AwaitedState?
    /// Send an HTTP/2 PING when nothing was read for so long.
    package var keepalive: Duration?

    package init() {}

    /// What is called to see how things stand.
    package var method: HealthMethod { poll == nil ? .watch : .check }
}

/// `-spiffe`: whom to ask for credentials, and who the server must be.
package struct SPIFFEPlan: Equatable, Sendable {
    package var endpoint: WorkloadEndpoint
    /// Nil for anybody in a trust domain that the credentials can check.
    package var requiredID: SPIFFEID?
    /// As with any TLS.
    package var requiresALPN: Bool

    package init(
        endpoint: WorkloadEndpoint, requiredID: SPIFFEID? = nil, requiresALPN: Bool = true
    ) {
        self.endpoint = endpoint
        self.requiredID = requiredID
        self.requiresALPN = requiresALPN
    }
}

/// The raw values are the words that `-output` takes.
package enum OutputFormat: String, CaseIterable, Equatable, Sendable {
    case text
    case json
    case prometheus
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
