import Foundation
import TestSupport

/// The servers and directories of a running case, and the words that stand for them: `{peer}`,
/// `{server}`, `{dir}`, `{refused}`, `{full}`, `{unaccepting}`, `{mute-dns}`, `{root}`,
/// `{python}`, `{certs}`, `{scheme}`, `{demo-server}` and `{x*1000}`.
struct Places: Sendable {
    let directory: String
    private let test: Case
    private let root: String
    private let usesCertificates: Bool
    private var certificates = ""
    private var peers: [String: LoopbackPeer] = [:]
    private var servers: [String: ServerProgram] = [:]
    private let refused: RefusingPeer?
    private let full: FullPeer?
    private let unaccepting: UnacceptingPeer?
    private let muteNameServer: MuteNameServer?

    init(test: Case, directory: String, root: String) {
        self.test = test
        self.directory = directory
        self.root = root
        let text =
            (test.arguments ?? []) + test.files.map(\.content) + [test.input ?? ""]
            + test.servers.flatMap(\.command) + test.environment.values
        func uses(_ name: String) -> Bool { text.contains { $0.contains("{\(name)") } }
        usesCertificates = uses("certs") || test.peers.contains { $0.tls != nil }
        refused = uses("refused") ? try? RefusingPeer() : nil
        full = uses("full") ? try? FullPeer() : nil
        unaccepting = uses("unaccepting") ? try? UnacceptingPeer() : nil
        muteNameServer = uses("mute-dns") ? try? MuteNameServer() : nil
    }

    /// The scripted server that `request` and its like speak about.
    var peer: LoopbackPeer? { test.peers.first.flatMap { peers[$0.name] } }
    /// Says `text` to the first real server, or `NAME: text` to the one with that name.
    func send(_ text: String) throws {
        let word = text.prefix { $0 != " " }
        if word.hasSuffix(":"), let named = servers[String(word.dropLast())] {
            try named.send(fill(text.dropFirst(word.count).trimmingCharacters(in: .whitespaces)))
        } else {
            try test.servers.first.flatMap { servers[$0.name] }?.send(fill(text))
        }
    }

    /// The first program that the case needs and that is not there.
    var missing: String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // Servers live in directories that not every user's PATH has.
        let directories =
            path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        let needs =
            test.needs + test.servers.compactMap(\.command.first)
            + (usesCertificates ? ["{python}"] : [])
        return needs.map(fill).first { program in
            let candidates =
                program.hasPrefix("/") ? [program] : directories.map { "\($0)/\(program)" }
            return !candidates.contains(where: FileManager.default.isExecutableFile)
        }
    }

    /// Starts the servers in the order of the case, so that one can stand in front of another. A
    /// case that talks to its servers, or shows them places of its own, gets its own.
    mutating func startServers() throws {
        if usesCertificates {
            certificates = try TestCertificates.shared.folder
        }
        let talks = test.deeds.contains {
            if case .send = $0.act { true } else { false }
        }
        let ownPlaces = ["{dir}", "{refused}", "{full}", "{unaccepting}", "{mute-dns}"]
        for server in test.servers {
            let command = server.command.map(fill)
            let isOwn = talks || ownPlaces.contains { server.command.contains($0) }
            servers[server.name] =
                isOwn
                ? try ServerProgram(command, in: root)
                : try SharedServers.shared.server(command, in: root, for: test.file)
        }
    }

    /// Every run has servers of its own.
    mutating func startPeers() throws {
        for peer in test.peers {
            peers[peer.name] = try LoopbackPeer(
                peer.script, on: peer.place, tls: peer.tls?.at(certificates))
        }
    }

    /// The text with every `{word}` replaced.
    func fill(_ text: String) -> String {
        var words = [
            "dir": directory, "root": root, "python": TestCertificates.python,
            "demo-server": Workplace.builtProgram("health-demo-server"), "certs": certificates,
            "scheme": test.peers.contains { $0.tls != nil } ? "https" : "http",
        ]
        for (name, peer) in peers {
            words[name] = peer.address
            words["\(name).port"] = port(of: peer.address)
        }
        for (name, server) in servers {
            words[name] = server.address
            words["\(name).port"] = port(of: server.address)
        }
        let unanswering = [
            "refused": refused?.address, "full": full?.address,
            "unaccepting": unaccepting?.address, "mute-dns": muteNameServer?.address,
        ]
        for case (let name, let address?) in unanswering {
            words[name] = address
            words["\(name).port"] = port(of: address)
        }
        let filled = words.reduce(text) {
            $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value)
        }
        return filled.replacing(/\{(\w)\*(\d+)\}/) {
            String(repeating: String($0.1), count: Int($0.2) ?? 0)
        }
    }
}

private func port(of address: String) -> String {
    address.split(separator: ":").last.map(String.init) ?? ""
}
