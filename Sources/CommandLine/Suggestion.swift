import Basics

/// Which flag somebody meant who typed one that does not exist.
enum Suggestion {
    /// Names that other probes and clients use for what we call otherwise.
    private static let synonyms = [
        ("target", "addr"), ("host", "addr"), ("server", "addr"), ("deadline", "timeout"),
        ("max-time", "timeout"), ("metadata", "rpc-header"), ("format", "output"),
        ("json", "output"), ("verbose", "v"), ("silent", "quiet"), ("no-color", "color"),
        // curl and grpcurl.
        ("insecure", "tls-no-verify"), ("k", "tls-no-verify"), ("cacert", "tls-ca-cert"),
        ("cert", "tls-client-cert"), ("key", "tls-client-key"),
        ("servername", "tls-server-name"), ("h", "rpc-header"), ("d", "service"),
    ]

    /// Why a flag of other clients is not needed here.
    static func reasonToOmit(_ typed: ArraySlice<UInt8>) -> String? {
        typed.spells("plaintext") ? "plaintext is the default: leave -plaintext out" : nil
    }

    static func flag(for typed: ArraySlice<UInt8>) -> Flag? {
        let typed = typed.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0.asciiLowercased }
        for (synonym, name) in synonyms where typed.spells(synonym) {
            return Flag.index(of: name.utf8.span).map { Flag.table[$0] }
        }
        let flags = Flag.table.filter { $0.group != .hidden }
        let names = flags.map { Array($0.name.utf8) }
        if let index = names.firstIndex(where: { hasSameWords(typed, $0) }) {
            return flags[index]
        }
        if let index = nearest(to: typed, in: names) { return flags[index] }
        // `-address`, `-services-to-check`
        if let index = names.firstIndex(where: { $0.count >= 3 && typed.starts(with: $0) }) {
            return flags[index]
        }
        // `-header`, `-conn`: part of one name only.
        let containing = names.indices.filter { contains(typed, in: names[$0]) }
        return containing.count == 1 ? flags[containing[0]] : nil
    }

    /// Whether two names differ in the order of their words only: `timeout-rpc`, `rpc-timeout`.
    private static func hasSameWords(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let others = right.split(separator: UInt8(ascii: "-"))
        let words = left.split(separator: UInt8(ascii: "-"))
        return words.count == others.count
            && words.allSatisfy { word in others.contains { $0.elementsEqual(word) } }
    }

    /// Whether the name or one of its words starts so.
    private static func contains(_ typed: [UInt8], in name: [UInt8]) -> Bool {
        name.starts(with: typed)
            || name.split(separator: UInt8(ascii: "-")).contains { $0.starts(with: typed) }
    }

    private static func nearest(to typed: [UInt8], in names: [[UInt8]]) -> Int? {
        // A slip for every few letters; more would suggest flags out of the blue.
        let tolerance = typed.count <= 4 ? 1 : typed.count <= 8 ? 2 : 3
        var nearest: Int?
        var least = min(tolerance + 1, typed.count)
        for (index, name) in names.enumerated() where abs(name.count - typed.count) < least {
            let distance = distance(typed, name)
            if distance < least {
                least = distance
                nearest = index
            }
        }
        return nearest
    }

    /// How many letters have to be added, dropped, replaced or swapped with their neighbour
    /// (the "optimal string alignment" distance).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
