import Basics
import CommandLine
import Outcome
import Plan

/// What becomes of these arguments in this environment, without any files.
func request(
    _ arguments: [String], environment: [(name: String, value: String)] = []
) throws(UsageError) -> Request {
    try Invocation.parse(arguments: arguments, environment: environment) { _, _ in
        .unreadable(reason: "no such file or directory")
    }
}

/// The plan for `-addr localhost:5000` and these arguments.
func plan(
    _ arguments: [String], environment: [(name: String, value: String)] = []
) throws -> Plan {
    let request = try request(["-addr", "localhost:5000"] + arguments, environment: environment)
    guard case .run(let plan) = request else {
        throw UsageError("not a check")
    }
    return plan
}

/// What `-addr localhost:5000` alone plans, with a change.
func defaultPlan(with change: (inout Plan) -> Void = { _ in }) throws -> Plan {
    var plan = Plan(targets: [try Target.parse("localhost:5000")], services: [""])
    change(&plan)
    return plan
}

/// Whether a variable of this name is given to `Invocation.parse`.
func isRead(_ name: String) -> Bool {
    Invocation.variables.contains { "\(name)=".starts(with: "\($0)") }
}
