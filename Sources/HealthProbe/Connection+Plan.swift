import ProbeCore

extension Connection {
    /// A connection to a target as a plan wants them.
    ///
    /// - Parameter tls: made from the plan, where it wants TLS.
    convenience init(
        to target: Target, _ plan: Plan, _ tls: TLSSource?, _ journal: Journal,
        staysLong: Bool = false
    ) {
        self.init(
            to: target,
            tls.map { SecuredPeer(source: $0, name: plan.serverName(of: target)) },
            journal: journal, traces: plan.verbosity == .frames, staysLong: staysLong)
    }
}
