import Basics
import Outcome
import Plan

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
