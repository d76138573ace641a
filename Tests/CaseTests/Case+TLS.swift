import TestSupport

extension Case.Peer {
    /// Reads `CERTIFICATE` and the options behind it; certificates are named by their files in
    /// `{certs}`.
    static func tlsPlan(from words: inout WordReader) throws(ScriptError) -> PeerTLSPlan {
        var plan = PeerTLSPlan(certificate: try words.word("the certificate").text)
        while !words.isEmpty {
            switch try words.word("an option").text {
            case "alpn":
                let name = try words.word("the protocol").text
                plan.choice = name == "none" ? .none : name == "refuse" ? .refuse : .name(name)
            case "version": plan.version = try words.word("the version").text
            case "groups": plan.groups = try words.word("the groups").text
            case "ciphers": plan.ciphers = try words.word("the ciphers").text
            case "asks":
                let authority = try words.word("the authority").text
                plan.demand = PeerTLSPlan.Demand(authority: authority, isRequired: false)
            case "demands":
                let authority = try words.word("the authority").text
                plan.demand = PeerTLSPlan.Demand(authority: authority, isRequired: true)
            case "bytewise": plan.isBytewise = true
            case "abrupt": plan.isAbrupt = true
            case let word: throw words.error("cannot use: \(word)")
            }
        }
        return plan
    }
}

extension PeerTLSPlan {
    /// With paths in the place of names.
    func at(_ certificates: String) -> PeerTLSPlan {
        var plan = self
        plan.certificate = "\(certificates)/\(certificate)"
        if let authority = demand?.authority {
            plan.demand?.authority = "\(certificates)/\(authority).pem"
        }
        return plan
    }
}

extension Case {
    /// The same case with scripted servers that speak TLS; nil where it has none, has others too,
    /// or is about TLS or about plaintext itself.
    var overTLS: Case? {
        guard let arguments, !isPlaintext, !peers.isEmpty, servers.isEmpty,
            peers.allSatisfy({ $0.tls == nil })
        else { return nil }
        var test = self
        test.title += ", over TLS"
        test.wantsTLS = true
        for index in peers.indices { test.peers[index].tls = PeerTLSPlan(certificate: "scripted") }
        test.arguments = ["-tls", "-tls-ca-cert", "{certs}/ca.pem"] + arguments
        return test
    }
}

/// The names of TLS's alerts (RFC 8446 section 6.2), and of those that only older versions have.
enum Alert {
    static let names: [(String, UInt32)] = [
        ("close_notify", 0), ("unexpected_message", 10), ("bad_record_mac", 20),
        ("record_overflow", 22), ("handshake_failure", 40), ("bad_certificate", 42),
        ("unsupported_certificate", 43), ("certificate_revoked", 44),
        ("certificate_expired", 45), ("certificate_unknown", 46), ("illegal_parameter", 47),
        ("unknown_ca", 48), ("access_denied", 49), ("decode_error", 50), ("decrypt_error", 51),
        ("protocol_version", 70), ("insufficient_security", 71), ("internal_error", 80),
        ("inappropriate_fallback", 86), ("user_canceled", 90), ("missing_extension", 109),
        ("unsupported_extension", 110), ("unrecognized_name", 112),
        ("bad_certificate_status_response", 113), ("unknown_psk_identity", 115),
        ("certificate_required", 116), ("no_application_protocol", 120),
    ]
}
