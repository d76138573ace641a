import Basics
import Plan

/// The values of single flags.
extension PlanDraft {
    /// A time limit; one that has already passed helps nobody.
    static func timeout(_ text: String) throws(ValueError) -> Duration {
        let duration: Duration
        do throws(DurationError) {
            duration = try Duration(goSyntax: text)
        } catch {
            let examples = "(examples: 300ms, 1.5s, 1m30s)"
            switch error {
            case .invalid: throw ValueError("\(quoted(text)) is not a duration \(examples)")
            case .missingUnit: throw ValueError("\(quoted(text)) has no unit \(examples)")
            case .outOfRange: throw ValueError("\(quoted(text)) is too long")
            }
        }
        guard duration > .zero else {
            throw ValueError("\(quoted(text)) is not greater than zero")
        }
        return duration
    }

    /// One of a fixed set of words.
    static func choice<Choice: CaseIterable & RawRepresentable>(
        _ text: String
    ) throws(ValueError) -> Choice where Choice.RawValue == String {
        var words = ""
        for choice in Choice.allCases {
            if text.utf8.spells(choice.rawValue) { return choice }
            if !words.isEmpty { words += ", " }
            words += choice.rawValue
        }
        throw ValueError("\(quoted(text)) is not one of \(words)")
    }

    /// A name for `:authority` (RFC 3986 section 3.2, without the user information that
    /// RFC 9113 section 8.3.1 forbids). Only the alphabet is checked: whoever sets this by hand
    /// may mean what no address looks like.
    static func authority(_ text: String) throws(ValueError) -> String {
        guard !text.utf8.isEmpty else { throw ValueError("the authority is empty") }
        let isLegal = text.utf8.allSatisfy { byte in
            byte.isASCIILetter || byte.isASCIIDigit
                || "-._~:[]%!$&'()*+,;=".utf8.contains(byte)
        }
        guard isLegal else {
            throw ValueError("\(quoted(text)) cannot be an authority (host or host:port)")
        }
        return text
    }

    /// A product name in printable ASCII. HTTP/2 forbids blanks at the ends of a value
    /// (RFC 9113 section 8.2.1), so they are cut off.
    static func userAgent(_ text: String) throws(ValueError) -> String {
        guard text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw ValueError("\(quoted(text)) has a character that is not printable ASCII")
        }
        let agent = Array(text.utf8)[...].trimmed
        // A template that had nothing to fill in.
        return agent.isEmpty ? Plan.defaultUserAgent : String(bytes: agent)
    }

    /// A name to verify, which is the `:authority` too; nil for an empty one.
    static func serverName(_ text: String) throws(ValueError) -> String? {
        guard let first = text.utf8.first else { return nil }
        // OpenSSL would take any host of the domain.
        guard first != UInt8(ascii: ".") else {
            throw ValueError("\(quoted(text)) begins with a dot, so it is not a whole name")
        }
        return try authority(text)
    }
}
