import Foundation
import TestSupport

extension Case {
    init(_ title: CaseFile.Entry, _ body: [CaseFile.Entry], file: String) throws(ScriptError) {
        self.init(file: file, title: title.rest, line: title.line)
        for entry in body where try !takeSetting(entry) {
            guard let kind = try Expectation.kind(entry) else {
                throw entry.error("unknown word: \(entry.verb)")
            }
            // A case's own exit code replaces the one before its file's first case.
            if case .exit = kind { expectations.removeAll { $0.isExit } }
            expectations.append(Expectation(kind: kind, line: entry.line))
        }
        guard arguments != nil else { throw title.error("nothing is run") }
        guard expectations.contains(where: \.isExit) else { throw title.error("no exit code") }
    }

    /// Takes a line that says what is there or what is done; false for any other line.
    private mutating func takeSetting(_ entry: CaseFile.Entry) throws(ScriptError) -> Bool {
        switch entry.verb {
        case "peer": try takePeer(entry)
        case "server": try takeServer(entry)
        case "needs": needs += try entry.words().map(\.text)
        case "plaintext": isPlaintext = true
        case "with-tls": (isPlaintext, wantsTLS) = (true, true)
        case "without-tls": (isPlaintext, wantsTLS) = (true, false)
        case "run": arguments = try entry.words().map(\.text)
        case "file":
            files.append(
                File(name: entry.rest, content: entry.block.joined(separator: "\n") + "\n"))
        case "stdin": input = entry.block.joined(separator: "\n") + "\n"
        case "env":
            guard let pair = try entry.words().first?.field else {
                throw entry.error("env NAME=VALUE")
            }
            environment[String(decoding: pair.name, as: UTF8.self)] = String(
                decoding: pair.value, as: UTF8.self)
        case "signal":
            try takeDeed(entry) { name throws(ScriptError) in .signal(try signal(name, entry)) }
        case "send": try takeDeed(entry) { .send($0) }
        case "afterwards":
            deeds.append(Deed(act: .send(entry.rest), moment: .exit, line: entry.line))
        case "closed-stdout": output = .brokenPipe
        case "full-stdout": output = .fullPipe
        case "no-stdout": output = .missing
        case "full-disk": output = .fullDisk
        case "stuck-terminal": output = .stuckTerminal
        case "no-stderr": errors = .missing
        case "full-stderr": errors = .fullPipe
        case "stuck-terminal-stderr": errors = .stuckTerminal
        default: return false
        }
        return true
    }

    /// `peer [NAME] [on ipv4|ipv6|unix|abstract] [tls CERTIFICATE ...]`, and the script below it.
    private mutating func takePeer(_ entry: CaseFile.Entry) throws(ScriptError) {
        let script = try PeerScript(
            entry.block.joined(separator: "\n"), firstLine: entry.line + 1)
        var peer = Peer(name: "peer", place: .ipv4, script: script)
        var words = WordReader(try entry.scriptLine())
        _ = try words.word("peer")
        if let word = words.peek()?.text, word != "on", word != "tls" {
            peer.name = try words.word("name").text
        }
        if words.take("on") {
            switch try words.word("the place").text {
            case "ipv4": peer.place = .ipv4
            case "ipv6": peer.place = .ipv6
            case "unix": peer.place = .unix
            case "abstract": peer.place = .unixAbstract
            default: throw entry.error("a peer is on ipv4, ipv6, unix or abstract")
            }
        }
        if words.take("tls") { peer.tls = try Peer.tlsPlan(from: &words) }
        try words.finish()
        peers.removeAll { $0.name == peer.name }
        peers.append(peer)
    }

    /// `server [NAME:] COMMAND...`
    private mutating func takeServer(_ entry: CaseFile.Entry) throws(ScriptError) {
        var command = try entry.words().map(\.text)
        var name = "server"
        if let first = command.first, first.hasSuffix(":") {
            name = String(first.dropLast())
            command.removeFirst()
        }
        guard !command.isEmpty else { throw entry.error("server COMMAND") }
        servers.removeAll { $0.name == name }
        servers.append(Server(name: name, command: command))
    }

    /// `signal NAME [when request | when ping-ack | when stdout REGEX]`, and `send TEXT` alike.
    private mutating func takeDeed(
        _ entry: CaseFile.Entry, _ act: (String) throws(ScriptError) -> Deed.Act
    ) throws(ScriptError) {
        let parts = entry.rest.components(separatedBy: " when ")
        var moment = Deed.Moment.atOnce
        if parts.count > 1 {
            let when = parts[1...].joined(separator: " when ")
            if when == "ping-ack" {
                moment = .pingAck
            } else if when == "request" {
                moment = .request
            } else if when.hasPrefix("stdout ") {
                moment = .output(String(when.dropFirst("stdout ".count)))
            } else {
                throw entry.error("when request, when ping-ack, or when stdout REGEX")
            }
        }
        deeds.append(Deed(act: try act(parts[0]), moment: moment, line: entry.line))
    }
}

private func signal(_ name: String, _ entry: CaseFile.Entry) throws(ScriptError) -> Int32 {
    let numbers = [
        "TERM": SIGTERM, "INT": SIGINT, "HUP": SIGHUP, "QUIT": SIGQUIT, "PIPE": SIGPIPE,
        "STOP": SIGSTOP, "CONT": SIGCONT,
    ]
    guard let number = numbers[name] else { throw entry.error("unknown signal: \(name)") }
    return number
}

extension CaseFile.Entry {
    func error(_ reason: String) -> ScriptError {
        ScriptError(line: line, reason: reason)
    }

    func scriptLine() throws(ScriptError) -> ScriptLine {
        try ScriptLine(text, number: line)
    }

    /// The words after the first one.
    func words() throws(ScriptError) -> [ScriptWord] {
        Array(try scriptLine().words.dropFirst())
    }
}

extension Expectation {
    fileprivate var isExit: Bool {
        if case .exit = kind { true } else { false }
    }

    /// Nil for a line that expects nothing.
    fileprivate static func kind(_ entry: CaseFile.Entry) throws(ScriptError) -> Kind? {
        switch entry.verb {
        case "stdout": return .output(text(entry.rest))
        case "stderr": return .errors(text(entry.rest))
        case "json": return try json(entry)
        case "request": return .request(try request(entry))
        case "hello": return .tls(try hello(entry))
        case "client-certificate":
            return .tls(.client(entry.rest == "absent" ? nil : entry.rest))
        default: break
        }
        var words = WordReader(try ScriptLine(entry.rest, number: entry.line))
        switch entry.verb {
        case "exit": return .exit(Int32(try words.number("the exit code")))
        case "grpc":
            return .json(result: 0, key: "grpc_code", value: try words.word("the code").text)
        case "requests": return .requests(try words.number("the number"))
        case "connections": return .connections(try words.number("the number"))
        case "polite": return .polite
        case "sent": return try sent(&words)
        default: return nil
        }
    }

    private static func sent(_ words: inout WordReader) throws(ScriptError) -> Kind {
        let what = try words.word("what").text
        if what == "ping-acks" { return .pingAcks(try words.number("the number")) }
        let text = try words.word("the code").text
        if what == "alert" {
            return .tls(.alert(UInt32(try words.code(text, of: Alert.names, "the alert"))))
        }
        let code = UInt32(try words.code(text, of: ErrorCode.names, "the code"))
        switch what {
        case "reset": return .reset(code)
        case "goaway": return .goAway(code)
        default: throw words.error("sent reset, sent goaway, sent alert or sent ping-acks")
        }
    }

    private static func hello(_ entry: CaseFile.Entry) throws(ScriptError) -> TLS {
        let parts = entry.rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw entry.error("hello WHAT VALUE") }
        let value = parts[1] == "absent" ? nil : parts[1]
        switch parts[0] {
        case "server-name": return .serverName(value)
        case "alpn": return .protocols(value)
        case "versions": return .versions(value)
        case "groups": return .groups(parts[1].split(separator: " ").map(String.init))
        case "key-shares": return .keyShares(value)
        case "compressions": return .compressions(value)
        default:
            throw entry.error("hello WHAT VALUE, as the README says")
        }
    }

    private static func text(_ rest: String) -> Text {
        if rest == "empty" { return .empty }
        if rest.hasPrefix("~ ") { return .matches(String(rest.dropFirst(2))) }
        if rest.hasPrefix("!~ ") { return .differs(String(rest.dropFirst(3))) }
        return .line(rest)
    }

    /// `json [@RESULT] KEY VALUE`; the results are counted from 1.
    private static func json(_ entry: CaseFile.Entry) throws(ScriptError) -> Kind {
        var parts = entry.rest.split(separator: " ", maxSplits: 2).map(String.init)
        var result = 0
        if let first = parts.first, first.hasPrefix("@"), let number = Int(first.dropFirst()) {
            result = number - 1
            parts.removeFirst()
        } else {
            parts = entry.rest.split(separator: " ", maxSplits: 1).map(String.init)
        }
        guard parts.count == 2 else { throw entry.error("json KEY VALUE") }
        return .json(result: result, key: parts[0], value: parts[1] == "absent" ? nil : parts[1])
    }

    private static func request(_ entry: CaseFile.Entry) throws(ScriptError) -> Request {
        let parts = entry.rest.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : ""
        switch parts.first {
        case "names": return .names(text(rest))
        case "never-indexed": return .neverIndexed(text(rest))
        case "message", "compressed":
            var words = WordReader(try ScriptLine(rest, number: entry.line))
            let bytes = try words.hex()
            try words.finish()
            return parts[0] == "message" ? .message(bytes) : .compressed(bytes)
        case let name? where rest == "absent": return .absent(name)
        case let name?: return .field(name, text(rest))
        case nil: throw entry.error("request NAME VALUE")
        }
    }
}
