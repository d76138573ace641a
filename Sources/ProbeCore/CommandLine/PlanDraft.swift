/// A plan while its flags are read: what one flag alone cannot decide is settled at the end.
package struct PlanDraft {
    var plan = Plan(targets: [], services: [])
    var showsSteps = false
    var showsFrames = false
    var wantsVersion = false

    var wantsList = false
    var wantsWatch = false
    var waitLimit: Duration?
    var interval: Duration?
    var poll: Duration?
    var until: AwaitedState?
    var keepalive: Duration?
    /// The first line of `-targets` that names services, for messages.
    var firstLineWithServices: String?

    var tls = TLSDraft()
    var spiffe = SPIFFEDraft()

    /// The finished plan, or nil while it has no target.
    func settled(
        _ environment: [(name: String, value: String)]
    ) throws(UsageError) -> Plan? {
        let mode = try settledMode()
        let spiffe = try spiffe.settled(environment, tls)
        let tls = spiffe == nil ? try tls.settled(environment) : nil
        guard !plan.targets.isEmpty || !plan.listedTargets.isEmpty else { return nil }
        var plan = plan
        plan.mode = mode
        plan.tls = tls
        plan.spiffe = spiffe
        let given = plan.services
        plan.listedTargets = plan.listedTargets.map {
            Subject(target: $0.target, services: Self.services(given, and: $0.services))
        }
        if given.isEmpty { plan.services = [""] }
        plan.verbosity = showsFrames ? .frames : showsSteps ? .steps : .silent
        if case .auto = plan.color, !Self.wantsColor(environment) { plan.color = .never }
        return plan
    }

    /// Two customs: `NO_COLOR` (no-color.org) when it is not empty, and a terminal called `dumb`.
    private static func wantsColor(_ environment: [(name: String, value: String)]) -> Bool {
        !environment.contains { name, value in
            name.utf8.spells("NO_COLOR") && !value.utf8.isEmpty
                || name.utf8.spells("TERM") && value.utf8.spells("dumb")
        }
    }
}

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
}
