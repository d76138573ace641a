import Basics
import Outcome
import Plan
import Run

/// Long enough for everything that should happen at all.
let patience: Duration = .seconds(20)

func plan(_ targets: [String], services: [String] = [""]) throws -> Plan {
    var plan = Plan(targets: try targets.map { try Target.parse($0) }, services: services)
    plan.connectTimeout = patience
    plan.rpcTimeout = patience
    return plan
}

func observe(_ target: String, services: [String] = [""]) throws -> [Observation] {
    Run.observe(try plan([target], services: services))
}

extension Observation.Result {
    static func rpc(_ cause: Cause) -> Observation.Result {
        .failed(Failure(phase: .rpc, cause: cause))
    }
}
