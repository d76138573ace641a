import Basics
import Outcome
import Plan
import TestSupport

/// Long enough for everything that should happen at all.
let patience: Duration = .seconds(20)

func plan(_ targets: [String], services: [String] = [""]) throws -> Plan {
    var plan = Plan(targets: try targets.map { try Target.parse($0) }, services: services)
    plan.connectTimeout = patience
    plan.rpcTimeout = patience
    return plan
}

extension Simulation {
    /// Checks the services of one target.
    func observe(_ target: String, services: [String] = [""]) throws -> [Observation] {
        observe(try plan([target], services: services))
    }
}

extension Observation.Result {
    static func rpc(_ cause: Cause) -> Observation.Result {
        .failed(Failure(phase: .rpc, cause: cause))
    }
}

/// A scripted server in threads of its own, for what a `Simulation` does not have: addresses of IP
/// and names for them.
func peer(_ script: String, on place: Loopback = .ipv4) throws -> LoopbackPeer {
    try LoopbackPeer(try PeerScript(script), on: place)
}

/// The script of one that says SERVING.
let servingScript = """
    await request
    response
    message 0801
    trailers grpc-status=0
    await close
    """
