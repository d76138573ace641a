import Basics
import Outcome

/// Takes the arguments apart by the rules of Go's `flag` package.
///
/// One or two dashes alike; `-name=value` or `-name value`; a boolean takes a value only behind
/// an equals sign; `--` ends the flags. What Go would leave to the program as an argument of its
/// own is an error: `grpc_health_probe` ignores it together with all that follows.
struct ArgumentScanner {
    enum Argument {
        case help
        /// A flag, as its row in the table, and its value.
        case setting(flag: Int, value: String)
        case wrong(UsageError)
    }

    private var rest: ArraySlice<String>
    private var flagsHaveEnded = false
    /// The boolean that stood alone just before: the next argument may be meant as its value.
    private var bareBoolean: Flag?
    /// The flag just before takes a secret, of which the next argument may be the rest.
    private var followsHeader = false

    init(_ arguments: [String]) {
        rest = arguments[...]
    }

    mutating func next() -> Argument? {
        guard let argument = rest.popFirst() else { return nil }
        let dash = UInt8(ascii: "-")
        let text = argument.utf8.span
        guard !flagsHaveEnded, text.count > 1, text[0] == dash else {
            return .wrong(stray(argument))
        }
        let dashes = text[1] == dash ? 2 : 1
        if text.count == 2, dashes == 2 {
            flagsHaveEnded = true
            return next()
        }
        bareBoolean = nil
        followsHeader = false
        return flag(in: argument, from: dashes)
    }

    /// A flag, whose name, or `name=value`, begins behind its dashes.
    private mutating func flag(in argument: String, from start: Int) -> Argument {
        let equalsSign = UInt8(ascii: "=")
        let text = argument.utf8.span
        guard text[start] != UInt8(ascii: "-"), text[start] != equalsSign else {
            return .wrong(UsageError("bad flag syntax: \(quoted(argument))"))
        }
        var end = start
        while end < text.count, text[end] != equalsSign { end += 1 }
        guard let index = Flag.index(of: text.extracting(start..<end)) else {
            return .wrong(unknown(Array(argument.utf8)[start..<end]))
        }
        // Not a copy of the row, which holds much that is not wanted here.
        if case .help = Flag.table[index].kind { return .help }
        if case .list(takesFile: true, _) = Flag.table[index].kind { followsHeader = true }
        if end < text.count {
            let value = argument.utf8.dropFirst(end + 1)
            return .setting(flag: index, value: String(bytes: value))
        }
        if Flag.table[index].isBoolean {
            bareBoolean = Flag.table[index]
            return .setting(flag: index, value: "true")
        }
        guard let value = rest.popFirst() else {
            let flag = Flag.table[index]
            return .wrong(
                UsageError("-\(flag.name) needs a value: -\(flag.name) \(flag.placeholder)"))
        }
        return .setting(flag: index, value: value)
    }

    private func unknown(_ name: ArraySlice<UInt8>) -> UsageError {
        let message = "unknown flag -\(escaped(name))"
        if let reason = Suggestion.reasonToOmit(name) { return UsageError(message, hint: reason) }
        guard let meant = Suggestion.flag(for: name) else { return UsageError(message) }
        return UsageError("\(message) (did you mean -\(meant.name)?)")
    }

    private mutating func stray(_ argument: String) -> UsageError {
        defer { bareBoolean = nil }
        if let flag = bareBoolean, Bool(goSyntax: argument) != nil {
            return UsageError(
                "stray argument \(quoted(argument))",
                hint: "boolean flags take a value only as -\(flag.name)=\(argument)")
        }
        guard !followsHeader else {
            return UsageError(
                "stray argument after -rpc-header",
                hint: "a header with blanks needs quotes: -rpc-header 'name: value'")
        }
        return UsageError(
            "stray argument \(quoted(argument))",
            hint: flagsHaveEnded ? nil : meaning(of: argument))
    }

    /// How to write what somebody meant who left out its flag.
    private func meaning(of argument: String) -> String? {
        if argument.utf8.spells("help") { return "-h prints help" }
        if argument.utf8.spells("version") { return "-version prints the version" }
        do throws(TargetError) {
            _ = try Target.parse(argument)
            return "a target is given with -addr"
        } catch {
            // Most words are no targets, and were not meant as such.
            return TargetParser.otherNotation(Array(argument.utf8)[...]) == nil ? nil : error.hint
        }
    }
}
