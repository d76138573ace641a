import Basics
package import Outcome

extension Observation {
    /// An observation of which only the result and perhaps the service matter.
    package init(_ result: Result, service: String = "", target: String = "localhost:5000") {
        self.init(
            target: Target(
                spelling: target,
                endpoint: .addresses([.ipv4(.loopback, port: 5000)]), authority: "localhost:5000"),
            service: service, address: nil, result: result, timings: Timings(), wallTime: 0)
    }
}
