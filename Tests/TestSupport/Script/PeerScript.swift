/// What a scripted server does, connection by connection.
///
/// The language is described in `Tests/Cases/README.md`.
package struct PeerScript: Equatable, Sendable {
    /// The steps of one connection.
    package struct Connection: Equatable, Sendable {
        package var steps: [PeerStep]
        /// The script's source line of each step, to say where a script stopped.
        package var lines: [Int]
        /// Whether SETTINGS and PING are answered without being told.
        package var acknowledges: Bool
    }

    /// The first connection plays the first entry, and so on; the last entry serves all others.
    package private(set) var connections: [Connection] = []

    /// - Parameter firstLine: The number of the text's first line, for messages.
    package init(_ text: String, firstLine: Int = 1) throws(ScriptError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var current: [(PeerStep, Int)] = []
        var sections = 0
        for (index, line) in lines.enumerated() {
            let parsed = try ScriptLine(line, number: firstLine + index)
            guard let first = parsed.words.first else { continue }
            guard first.text == "connection" else {
                for step in try PeerStep.steps(parsed) { current.append((step, parsed.number)) }
                continue
            }
            var words = WordReader(parsed)
            _ = try words.word("connection")
            sections += 1
            guard try words.number("the connection's number") == sections else {
                throw words.error("connections are numbered 1, 2, 3")
            }
            try words.finish()
            if sections > 1 {
                connections.append(Connection(current))
                current = []
            }
        }
        connections.append(Connection(current))
    }

    package func connection(_ index: Int) -> Connection {
        connections[min(index, connections.count - 1)]
    }
}

extension PeerScript.Connection {
    /// A server sends SETTINGS first and acknowledges the client's, unless the script takes that
    /// over or speaks something other than HTTP/2.
    fileprivate init(_ numbered: [(PeerStep, Int)]) {
        steps = numbered.map(\.0)
        lines = numbered.map(\.1)
        let isBare = steps.contains { $0 == .noSettings || $0.isRaw }
        acknowledges = !isBare && !steps.contains(.noAcks)
        let first = steps.firstIndex { !$0.isOption } ?? steps.count
        let sendsSettings = first < steps.count && steps[first].isSettings
        if !isBare, !sendsSettings {
            steps.insert(.settings([]), at: first)
            lines.insert(first < lines.count ? lines[first] : 0, at: first)
        }
    }
}
