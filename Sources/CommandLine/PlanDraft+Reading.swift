import Basics
import Outcome
import Plan

extension PlanDraft {
    /// Takes one value of a flag, which is named by its row in the table.
    ///
    /// - Parameter variable: What gave the value, if it was not the flag itself.
    mutating func set(
        _ flag: Int, to value: String, from variable: String? = nil,
        readFile: (String, Int) -> FileContents
    ) throws(UsageError) {
        do throws(ValueError) {
            switch Flag.table[flag].kind {
            case .boolean(let set):
                set(&self, try PlanDraft.boolean(value))
            case .timeout(let set):
                set(&self, try PlanDraft.timeout(value))
            case .text(let set):
                try set(&self, value)
            case .list(takesFile: true, let add) where value.utf8.first == UInt8(ascii: "@"):
                let path = String(bytes: value.utf8.dropFirst())
                guard !path.utf8.isEmpty else {
                    throw ValueError("there is no file name after the @")
                }
                let limit = Limits.headerFileSize
                let bytes = try Self.bytes(of: readFile(path, limit), path, limit: limit)
                try take(FileLine.lines(of: bytes, path: path)) { draft, line throws(ValueError) in
                    try add(&draft, line.text)
                }
            case .lines(let item, let add):
                let limit = Limits.targetsFileSize
                let bytes = try Self.bytes(of: readFile(value, limit), value, limit: limit)
                let lines = FileLine.lines(of: bytes, path: value)
                guard !lines.isEmpty else {
                    throw ValueError("\(FileLine.name(ofFile: value)) names no \(item)")
                }
                try take(lines, add)
            case .file(let set):
                guard !value.utf8.isEmpty else { break }
                let limit = Limits.certificateFileSize
                let bytes = try Self.bytes(of: readFile(value, limit), value, limit: limit)
                set(&self, NamedFile(path: value, bytes: bytes))
            case .list(takesFile: _, let add):
                try add(&self, value)
            case .refused(let reason):
                guard try !PlanDraft.boolean(value) else {
                    throw ValueError("not supported, as \(reason)")
                }
            case .help:
                break
            }
        } catch {
            throw UsageError(error, about: variable ?? "-\(Flag.table[flag].name)")
        }
    }

    /// Takes the flags that the command line did not give from their variables. An empty
    /// variable is an unset one; of two with one name the first counts, as for `getenv`.
    mutating func fill(
        from environment: [(name: String, value: String)], except isGiven: [Bool],
        readFile: (String, Int) -> FileContents
    ) throws(UsageError) {
        let ours = environment.filter { $0.name.utf8.starts(with: Flag.variablePrefix.utf8) }
        guard !ours.isEmpty else { return }
        for (index, flag) in Flag.table.enumerated() where !isGiven[index] {
            guard let name = flag.variable,
                let value = ours.first(where: { $0.name.utf8.spells(name) })?.value,
                !value.utf8.isEmpty
            else { continue }
            guard case .list = flag.kind else {
                try set(index, to: value, from: name, readFile: readFile)
                continue
            }
            for line in value.utf8.split(separator: UInt8(ascii: "\n")) {
                try set(index, to: String(bytes: line), from: name, readFile: readFile)
            }
        }
    }

    private static func boolean(_ text: String) throws(ValueError) -> Bool {
        guard let value = Bool(goSyntax: text) else {
            throw ValueError("\(quoted(text)) is not a boolean (true or false)")
        }
        return value
    }

    private static func bytes(
        of contents: FileContents, _ path: String, limit: Int
    ) throws(ValueError) -> [UInt8] {
        let name = FileLine.name(ofFile: path)
        switch contents {
        case .bytes(let bytes): return bytes
        case .unreadable(let reason): throw ValueError("cannot read \(name): \(escaped(reason))")
        case .tooLarge: throw ValueError("\(name) is too large (at most \(limit) bytes)")
        case .late: throw ValueError("\(name) did not end within -timeout")
        }
    }

    /// Takes the lines of a file, and says of one that is wrong where it stands.
    private mutating func take(
        _ lines: [FileLine], _ add: (inout PlanDraft, FileLine) throws(ValueError) -> Void
    ) throws(ValueError) {
        for line in lines {
            do throws(ValueError) {
                try add(&self, line)
            } catch {
                throw ValueError("\(line.place): \(error.message)", hint: error.hint)
            }
        }
    }
}
