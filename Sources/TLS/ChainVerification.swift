#if TLS
import COpenSSL
import Outcome
import Plan

/// Certificates from a server's to a trusted one.
struct CertificateChain {
    /// The server's.
    var leaf: Certificate
    /// Those between the two.
    var between: ArraySlice<Certificate>
    /// The trusted one, which may be the server's own.
    var anchor: Certificate
}

/// What is wrong with a certificate or its chain.
struct CertificateFault {
    var flaw: CertificateFlaw
    /// OpenSSL's number for it (X509_STORE_CTX_set_error(3)), by which it chooses the alert that
    /// the server gets.
    var errorNumber: Int32
    /// Whether it is the server's certificate that is wrong, so that no other chain can be better.
    var isFinal = false
}

/// OpenSSL's judgement of chains (X509_verify_cert(3)), each taken as it is given.
struct ChainVerification {
    /// What the certificates of a chain have to be good for.
    enum Purpose {
        /// To be a TLS server of a name.
        case server(ServerNameRules)
        /// Anything, under any name.
        case anything
    }

    let purpose: Purpose

    /// Why a chain is not good; nil if it is.
    func fault(in chain: CertificateChain) -> CertificateFault? {
        guard let between = CertificateStack.make(chain.between),
            let anchor = CertificateStack.make([chain.anchor]),
            let verification = Verification.make(of: chain.leaf), setUp(verification)
        else {
            let number = X509_V_ERR_OUT_OF_MEM
            let text = unsafe String(cString: X509_verify_cert_error_string(Int(number)))
            return CertificateFault(flaw: .unacceptable(text), errorNumber: number, isFinal: true)
        }
        guard let finding = verification.run(over: between, to: anchor) else { return nil }
        var wanted: ServerName?
        if case .server(let rules) = purpose { wanted = rules.name }
        return CertificateFault(
            flaw: CertificateFlaw(finding, wanted: wanted), errorNumber: finding.error,
            isFinal: isFinal(finding))
    }

    private func setUp(_ verification: borrowing Verification) -> Bool {
        let parameters = unsafe X509_STORE_CTX_get0_param(verification.pointer)
        guard unsafe X509_STORE_CTX_set_default(verification.pointer, "ssl_server") == 1,
            // Any trusted certificate ends a chain, also one that has an issuer, as in Go.
            unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
        else { return false }
        unsafe X509_VERIFY_PARAM_set_auth_level(parameters, TLSOffer.securityLevel)
        switch purpose {
        case .anything:
            return unsafe X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY) == 1
        case .server(let rules):
            return unsafe rules.apply(to: parameters) && verification.ask(rules)
        }
    }

    private func isFinal(_ finding: VerificationFinding) -> Bool {
        switch finding.error {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: true
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID,
            X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            finding.depth == 0
        default: false
        }
    }
}

/// Owns one `X509_STORE_CTX`, which OpenSSL uses but once.
@safe private struct Verification: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Nil when there is no memory.
    static func make(of leaf: Certificate) -> Verification? {
        guard let pointer = unsafe X509_STORE_CTX_new() else { return nil }
        let verification = unsafe Verification(owning: pointer)
        guard unsafe X509_STORE_CTX_init(pointer, nil, leaf.pointer, nil) == 1 else { return nil }
        return verification
    }

    /// Has these rules asked, for as long as they live, whether what is found is a fault.
    func ask(_ rules: ServerNameRules) -> Bool {
        unsafe X509_STORE_CTX_set_verify_cb(pointer) { isGood, verification in
            if isGood == 1 { return 1 }
            guard let verification = unsafe verification,
                let user = unsafe X509_STORE_CTX_get_ex_data(verification, 0)
            else { return 0 }
            let rules = unsafe Unmanaged<ServerNameRules>.fromOpaque(user).takeUnretainedValue()
            guard rules.tolerates(unsafe VerificationFinding(verification)) else { return 0 }
            unsafe X509_STORE_CTX_set_error(verification, X509_V_OK)
            return 1
        }
        let user = unsafe Unmanaged.passUnretained(rules).toOpaque()
        return unsafe X509_STORE_CTX_set_ex_data(pointer, 0, user) == 1
    }

    /// What is wrong with the chain over the certificates `between` to a trusted one; nil if
    /// nothing is.
    func run(
        over between: borrowing CertificateStack, to anchor: borrowing CertificateStack
    ) -> VerificationFinding? {
        unsafe X509_STORE_CTX_set0_untrusted(pointer, between.pointer)
        unsafe X509_STORE_CTX_set0_trusted_stack(pointer, anchor.pointer)
        let isGood = unsafe X509_verify_cert(pointer) == 1
        // Both lists stay their owners'.
        unsafe X509_STORE_CTX_set0_trusted_stack(pointer, nil)
        unsafe X509_STORE_CTX_set0_untrusted(pointer, nil)
        return isGood ? nil : unsafe VerificationFinding(pointer)
    }

    deinit {
        unsafe X509_STORE_CTX_free(pointer)
    }
}

/// Owns a stack of certificates.
@safe private struct CertificateStack: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Nil when there is no memory.
    static func make(_ certificates: ArraySlice<Certificate>) -> CertificateStack? {
        guard let pointer = unsafe copenssl_new_certificates() else { return nil }
        let stack = unsafe CertificateStack(owning: pointer)
        for certificate in certificates {
            guard unsafe copenssl_push_certificate(pointer, certificate.pointer) == 1 else {
                return nil
            }
        }
        return stack
    }

    deinit {
        unsafe copenssl_free_certificates(pointer)
    }
}
#endif
