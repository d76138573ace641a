extension PlanDraft {
    /// Takes one value of a flag.
    ///
    /// - Parameter source: What gave the value, for messages: `-name` or a variable.
    mutating func set(
        _ flag: Flag, to value: String, from source: String, readFile: (String, Int) -> FileContents
    ) throws(UsageError) {
        do throws(ValueError) {
            switch flag.kind {
            case .boolean(let set):
                set(&self, try PlanDraft.boolean(value))
            case .timeout(let set):
                set(&self, try PlanDraft.timeout(value))
            case .text(let set):
                try set(&self, value)
            case .list(takesFile: true, let add) where value.utf8.first == UInt8(ascii: "@"):
                let path = String(bytes: value.utf8.dropFirst())
                guard !path.utf8.isEmpty else {
                    throw ValueError("there is no file name behind the @")
                }
                let contents = readFile(path, Limits.headerFileSize)
                try addLines(of: contents, path, limit: Limits.headerFileSize, add)
            case .lines(let add):
                let contents = readFile(value, Limits.targetsFileSize)
                try addLines(of: contents, value, limit: Limits.targetsFileSize, add)
            case .file(let set):
                guard !value.utf8.isEmpty else { break }
                let limit = Limits.certificateFileSize
                let bytes = try Self.bytes(of: readFile(value, limit), value, limit: limit)
                set(&self, NamedFile(path: value, bytes: bytes))
            case .list(takesFile: _, let add):
                try add(&self, value)
            case .refused(let reason):
                guard try !PlanDraft.boolean(value) else {
                    throw ValueError("not supported, \(reason)")
                }
            case .help:
                break
            }
        } catch {
            throw UsageError(error, about: source)
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
                try set(flag, to: value, from: name, readFile: readFile)
                continue
            }
            for line in value.utf8.split(separator: UInt8(ascii: "\n")) {
                try set(flag, to: String(bytes: line), from: name, readFile: readFile)
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
        switch contents {
        case .bytes(let bytes): return bytes
        case .unreadable(let reason):
            throw ValueError("cannot read \(quoted(path)): \(escaped(reason))")
        case .tooLarge:
            throw ValueError("\(quoted(path)) is too large (at most \(limit) bytes)")
        case .late:
            throw ValueError("\(quoted(path)) has not come to its end within -timeout")
        }
    }

    /// Takes the lines of a file that are neither blank nor comments (`#`).
    private mutating func addLines(
        of contents: FileContents, _ path: String, limit: Int,
        _ add: (inout PlanDraft, String) throws(ValueError) -> Void
    ) throws(ValueError) {
        let bytes = try Self.bytes(of: contents, path, limit: limit)
        let split = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in split.enumerated() {
            let text = (line.last == UInt8(ascii: "\r") ? line.dropLast() : line).trimmed
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            do throws(ValueError) {
                try add(&self, String(bytes: text))
            } catch {
                throw ValueError(
                    "\(quoted(path)) line \(index + 1): \(error.message)", hint: error.hint)
            }
        }
    }
}
