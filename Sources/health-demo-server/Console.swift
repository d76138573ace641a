import Basics
package import GRPC

/// What the server is told while it runs: a command a line, a reply a line.
package enum ConsoleCommand: Equatable {
    case set(ServiceName, ServingStatus)
    case remove(ServiceName)
    case list
    case quit

    package static func parse(_ line: String) throws(ConsoleError) -> ConsoleCommand {
        let words = line.utf8.split { $0.isBlank || $0 == UInt8(ascii: "\r") }.map {
            String(bytes: $0)
        }
        switch (words.first, words.count) {
        case ("set", 3):
            return .set(ServiceName(spelling: words[1]), try ServingStatus(spelling: words[2]))
        case ("remove", 2): return .remove(ServiceName(spelling: words[1]))
        case ("list", 1): return .list
        case ("quit", 1): return .quit
        default:
            throw ConsoleError(
                "\(quoted(line)) is none of: set NAME STATUS, remove NAME, list, quit")
        }
    }
}

/// Why a command or an argument cannot be obeyed: one line, fit for a terminal.
package struct ConsoleError: Error, Equatable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension HealthRegistry {
    /// What came of a command.
    package struct Reply: Equatable {
        package var text: String
        /// Whether those who watch have to be told.
        package var isNews: Bool

        package init(text: String, isNews: Bool = false) {
            self.text = text
            self.isNews = isNews
        }
    }

    /// Obeys a command; `quit` is for the caller to obey.
    package mutating func obey(_ command: ConsoleCommand) -> Reply {
        switch command {
        case .set(let name, let status):
            return Reply(text: "ok", isNews: set(name, to: status))
        case .remove(let name):
            guard let isNews = remove(name) else {
                return Reply(text: "error: there is no service \(name.spelling)")
            }
            return Reply(text: "ok", isNews: isNews)
        case .list:
            let words = entries.map { "\($0.name.spelling)=\($0.status.name)" }
            return Reply(text: words.joined(separator: " "))
        case .quit:
            return Reply(text: "ok")
        }
    }
}

extension ServiceName {
    /// A name as commands spell it: the empty one is `""`.
    init(spelling: String) {
        self.init(spelling == "\"\"" ? "" : spelling)
    }

    var spelling: String {
        bytes.isEmpty ? "\"\"" : escaped(bytes)
    }
}

extension ServingStatus {
    /// A status by its name, or by a number for one that has none.
    init(spelling: String) throws(ConsoleError) {
        let named: [ServingStatus] = [.unknown, .serving, .notServing, .serviceUnknown]
        if let status = named.first(where: { $0.name == spelling }) {
            self = status
        } else if let number = Int32(spelling) {
            self.init(number)
        } else {
            let names = named.map(\.name).joined(separator: ", ")
            throw ConsoleError("\(quoted(spelling)) is none of: \(names), or a number")
        }
    }
}

/// Cuts bytes, which come in any chunks, into lines.
package struct LineReader {
    /// The longest line kept, in bytes. What is typed or sent by a script is far shorter.
    package static let lineSize = 4096

    private var rest: [UInt8] = []

    package init() {}

    /// Takes bytes in and returns the lines they complete. A line that is too long is cut.
    package mutating func append(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(String(bytes: rest))
                rest = []
            } else if rest.count < Self.lineSize {
                rest.append(byte)
            }
        }
        return lines
    }

    /// The last line, where the input ended without a line feed.
    package mutating func finish() -> String? {
        defer { rest = [] }
        return rest.isEmpty ? nil : String(bytes: rest)
    }
}
