import Basics
import GRPC
import Plan

/// One flag: how it is spelled, what it takes, what the help says, and where its value goes.
///
/// A new flag is a row in `Flag.table` and a field of `Plan`. Parsing, help, the names of the
/// environment variables and the suggestions for mistyped flags all come from the table.
package struct Flag: Sendable {
    /// Without the dash.
    package let name: String
    /// What the value is called in the help; empty for a boolean.
    package let placeholder: String
    package let group: Group
    /// One line.
    package let help: String
    let kind: Kind

    /// What a flag takes, and what becomes of it.
    enum Kind: Sendable {
        case boolean(@Sendable (inout PlanDraft, Bool) -> Void)
        /// A duration greater than zero.
        case timeout(@Sendable (inout PlanDraft, Duration) -> Void)
        /// Of several, the last one wins; all of them are checked.
        case text(@Sendable (inout PlanDraft, String) throws(ValueError) -> Void)
        /// May be given several times; a variable holds one value a line. With `takesFile`,
        /// `@path` stands for the lines of a file.
        case list(
            takesFile: Bool, @Sendable (inout PlanDraft, String) throws(ValueError) -> Void)
        /// The name of a file, of which every line is taken. A file without any is a mistake:
        /// it names no `item`.
        case lines(item: String, @Sendable (inout PlanDraft, FileLine) throws(ValueError) -> Void)
        /// The name of a file of certificates or with a key; empty for none.
        case file(@Sendable (inout PlanDraft, NamedFile) -> Void)
        case help
        /// A boolean of `grpc_health_probe` that this program does not have, and why.
        case refused(String)
    }

    /// The parts of the help, in their order.
    package enum Group: CaseIterable, Sendable {
        case target
        case mode
        case time
        case call
        case tls
        case output
        case about
        /// Understood and not shown.
        case hidden
    }

    init(_ name: String, _ placeholder: String, _ group: Group, _ help: String, _ kind: Kind) {
        self.name = name
        self.placeholder = placeholder
        self.group = group
        self.help = help
        self.kind = kind
    }
}

extension Flag {
    package static let table: [Flag] = [
        Flag(
            "addr", "TARGET", .target, "the server to check (this or -targets is required)",
            .list(takesFile: false) { draft, text throws(ValueError) in
                draft.plan.targets.append(try PlanDraft.target(text))
            }),
        Flag(
            "service", "NAME", .target, "the service to check (default: the whole server)",
            .list(takesFile: false) { draft, text throws(ValueError) in
                draft.plan.services.append(try PlanDraft.service(text))
            }),
        Flag(
            "targets", "FILE", .target, "check the targets listed in FILE (- is stdin)",
            .lines(item: "target") { draft, line throws(ValueError) in
                try draft.addTarget(line)
            }),
        Flag(
            "concurrency", "N", .target, "open at most N connections at once (default 256)",
            .text { draft, text throws(ValueError) in
                draft.plan.concurrency = try PlanDraft.concurrency(text)
            }),

        Flag(
            "wait", "DURATION", .mode, "repeat until all are SERVING, at most this long",
            .timeout { $0.waitLimit = $1 }),
        Flag(
            "interval", "DURATION", .mode, "with -wait: start a check this often (default 1s)",
            .timeout { $0.interval = $1 }),
        Flag(
            "list", "", .mode, "list every service that the server reports",
            .boolean { $0.wantsList = $1 }),
        Flag(
            "watch", "", .mode, "report every status change until interrupted",
            .boolean { $0.wantsWatch = $1 }),
        Flag(
            "poll", "DURATION", .mode, "with -watch: call Check this often, not Watch",
            .timeout { $0.poll = $1 }),
        Flag(
            "until", "STATUS", .mode, "with -watch: exit with 0 once STATUS is seen",
            .text { draft, text throws(ValueError) in
                draft.until = try PlanDraft.awaitedState(text)
            }),
        Flag(
            "keepalive", "DURATION", .mode, "with -watch: PING a server silent for this long",
            .timeout { $0.keepalive = $1 }),

        Flag(
            "connect-timeout", "DURATION", .time,
            "for connecting, DNS and TLS included (default 1s)",
            .timeout { $0.plan.connectTimeout = $1 }),
        Flag(
            "rpc-timeout", "DURATION", .time, "for the answer to a call (default 1s)",
            .timeout { $0.plan.rpcTimeout = $1 }),
        Flag(
            "timeout", "DURATION", .time, "for the whole run (default: none)",
            .timeout { $0.plan.runTimeout = $1 }),

        Flag(
            "rpc-header", "HEADER", .call, "metadata \"name: value\", or @FILE with one per line",
            .list(takesFile: true) { draft, line throws(ValueError) in
                draft.plan.metadata.append(try HeaderField(metadata: line))
            }),
        Flag(
            "user-agent", "TEXT", .call, "default: swift-health-probe/VERSION",
            .text { draft, text throws(ValueError) in
                draft.plan.userAgent = try PlanDraft.userAgent(text)
            }),
        Flag(
            "authority", "NAME", .call, "the :authority header (default: from TARGET)",
            .text { draft, text throws(ValueError) in
                draft.plan.authority = try PlanDraft.authority(text)
            }),
        Flag(
            "gzip", "", .call, "compress requests and accept compressed answers",
            .boolean { $0.plan.compresses = $1 }),

        Flag("tls", "", .tls, "use TLS", .boolean { $0.tls.isWanted = $1 }),
        Flag(
            "tls-ca-cert", "FILE", .tls, "certificates to trust (default: the system's)",
            .file { $0.tls.authorities = $1 }),
        Flag(
            "tls-client-cert", "FILE", .tls, "the certificate to present, then its chain",
            .file { $0.tls.clientChain = $1 }),
        Flag(
            "tls-client-key", "FILE", .tls, "the private key of that certificate, unencrypted",
            .file { $0.tls.clientKey = $1 }),
        Flag(
            "tls-server-name", "NAME", .tls, "the name to verify (default: the host in TARGET)",
            .text { draft, text throws(ValueError) in
                draft.tls.serverName = try PlanDraft.serverName(text)
            }),
        Flag(
            "tls-no-verify", "", .tls, "trust any server without verifying it",
            .boolean { $0.tls.skipsVerification = $1 }),
        Flag(
            "tls-no-alpn", "", .tls, "accept a server that does not negotiate ALPN h2",
            .boolean { $0.tls.skipsALPN = $1 }),
        Flag(
            "spiffe", "", .tls, "use TLS with credentials from a SPIFFE agent",
            .boolean { $0.spiffe.isWanted = $1 }),
        Flag(
            "spiffe-id", "ID", .tls, "with -spiffe: the identity the server must have",
            .text { draft, text throws(ValueError) in
                draft.spiffe.requiredID = try SPIFFEDraft.identity(text)
            }),

        Flag(
            "output", "FORMAT", .output, "text (default), json or prometheus",
            .text { draft, text throws(ValueError) in
                draft.plan.output = try PlanDraft.choice(text)
            }),
        Flag(
            "output-file", "FILE", .output, "write results to FILE, replacing it when complete",
            .text { draft, text throws(ValueError) in
                draft.plan.outputFile = text.utf8.isEmpty ? nil : text
            }),
        Flag(
            "binary-exit", "", .output, "exit with 1 for every failure",
            .boolean { $0.plan.binaryExit = $1 }),
        Flag("quiet", "", .output, "print nothing on success", .boolean { $0.plan.quiet = $1 }),
        Flag(
            "color", "auto|always|never", .output, "use colors (default auto: on a terminal)",
            .text { draft, text throws(ValueError) in
                draft.plan.color = try PlanDraft.choice(text)
            }),
        Flag("v", "", .output, "report each step on stderr", .boolean { $0.showsSteps = $1 }),
        Flag(
            "trace", "", .output, "report the HTTP/2 frames too",
            .boolean { $0.showsFrames = $1 }),

        Flag("version", "", .about, "print the version", .boolean { $0.wantsVersion = $1 }),
        Flag("h", "", .about, "print this help (also -help)", .help),
        Flag("help", "", .hidden, "", .help),
        Flag("alts", "", .hidden, "", .refused("it needs Google's own handshaker service")),
    ]

    /// The row of the flag with this name.
    static func index(of name: Span<UInt8>) -> Int? {
        table.firstIndex { name.elementsEqual($0.name.utf8.span) }
    }

    /// Whether the flag needs no value: Go then takes one only behind an equals sign.
    package var isBoolean: Bool {
        switch kind {
        case .boolean, .help, .refused: true
        case .timeout, .text, .list, .lines, .file: false
        }
    }

    /// The environment variable that stands for the flag: `rpc-timeout` is
    /// `SWIFT_HEALTH_PROBE_RPC_TIMEOUT`. Nil for the flags that only ask about the program.
    package var variable: String? {
        switch group {
        case .about, .hidden: return nil
        case .target, .mode, .time, .call, .tls, .output: break
        }
        let suffix = name.utf8.map {
            $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0.asciiUppercased
        }
        return Flag.variablePrefix + String(bytes: suffix)
    }

    package static let variablePrefix = "SWIFT_HEALTH_PROBE_"
}
