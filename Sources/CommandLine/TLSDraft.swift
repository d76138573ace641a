import Outcome
import Plan

/// What the flags about TLS say, until it is known what they say together.
struct TLSDraft {
    var isWanted = false
    var authorities: NamedFile?
    var clientChain: NamedFile?
    var clientKey: NamedFile?
    var serverName: String?
    var skipsVerification = false
    var skipsALPN = false

    /// The plan, or nil for plaintext. The rules are those of `grpc_health_probe`: whatever would
    /// have no effect is a mistake, and with TLS a mistake may be a check that checks nothing.
    func settled(
        _ environment: [(name: String, value: String)]
    ) throws(UsageError) -> TLSPlan? {
        for (isGiven, flag) in flagsBesideALPN + [(skipsALPN, "-tls-no-alpn")] where isGiven {
            try UsageError.check(isGiven, "\(flag)", needs: "-tls", isWanted)
        }
        guard isWanted else { return nil }
        if skipsVerification {
            let reason = "has no effect with -tls-no-verify, which verifies nothing"
            if authorities != nil { throw UsageError("-tls-ca-cert \(reason)") }
            if serverName != nil { throw UsageError("-tls-server-name \(reason)") }
        }
        var plan = TLSPlan(trust: .system(SystemRoots(environment: environment)))
        if let authorities { plan.trust = .certificates(authorities) }
        if skipsVerification { plan.trust = .anybody }
        plan.clientCertificate = try clientCertificate()
        plan.serverName = serverName
        plan.requiresALPN = !skipsALPN
        return plan
    }

    /// All flags but the one that SPIFFE has a use for, and whether they are given.
    var flagsBesideALPN: [(isGiven: Bool, flag: StaticString)] {
        [
            (isWanted, "-tls"), (skipsVerification, "-tls-no-verify"),
            (authorities != nil, "-tls-ca-cert"), (clientChain != nil, "-tls-client-cert"),
            (clientKey != nil, "-tls-client-key"), (serverName != nil, "-tls-server-name"),
        ]
    }

    private func clientCertificate() throws(UsageError) -> ClientCertificate? {
        switch (clientChain, clientKey) {
        case (nil, nil): return nil
        case (_?, nil): throw UsageError("-tls-client-cert needs -tls-client-key")
        case (nil, _?): throw UsageError("-tls-client-key needs -tls-client-cert")
        case (let chain?, let key?): return ClientCertificate(chain: chain, key: key)
        }
    }
}
