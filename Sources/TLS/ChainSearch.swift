#if TLS
import COpenSSL
import ProbeCore

/// Looks for chains of certificates that lead from a server's to one that is trusted, until one
/// of them is good.
///
/// OpenSSL goes one way only: of several certificates with one name it takes the first that may
/// have signed, and where that has expired or has another key it does not turn back. So the ways
/// are searched here, and whether a chain is good is asked of OpenSSL, which is given that chain
/// and nothing else.
@safe struct ChainSearch: ~Copyable {
    /// What a chain came to.
    enum Verdict {
        case good
        /// Another one may be better.
        case bad
        /// What is wrong with the server's certificate is wrong in any chain.
        case hopeless
    }

    /// What a server is known by and who may have signed it.
    private let leaf: Certificate
    /// What the server sent along with it.
    private let sent: [Certificate]
    /// In how many places trusted certificates are looked for. Where one of them leads to no good
    /// chain, the next is asked.
    private let places: Int
    /// The certificates in a place with this name (`X509_NAME`).
    private let trusted: (Int, OpaquePointer?) -> [Certificate]
    private let verify: ([Certificate]) -> Verdict
    private var checksLeft = Limits.signatureChecks
    private var chainsLeft = Limits.chainsTried

    /// - Parameter verify: judges a chain from the server's certificate to a trusted one.
    init?(
        _ verification: OpaquePointer, places: Int,
        trusted: @escaping (Int, OpaquePointer?) -> [Certificate],
        verify: @escaping ([Certificate]) -> Verdict
    ) {
        guard let leaf = unsafe Certificate.share(X509_STORE_CTX_get0_cert(verification)) else {
            return nil
        }
        self.leaf = leaf
        var sent: [Certificate] = []
        let stack = unsafe X509_STORE_CTX_get0_untrusted(verification)
        for index in 0..<(unsafe copenssl_count(stack)) {
            guard let other = unsafe Certificate.share(copenssl_certificate(stack, index)),
                unsafe other.pointer != leaf.pointer
            else { continue }
            sent.append(other)
        }
        self.sent = sent
        self.places = places
        unsafe self.trusted = trusted
        self.verify = verify
    }

    /// Whether any chain was tried.
    var hasTried: Bool { chainsLeft < Limits.chainsTried }

    /// Whether there is a good chain.
    mutating func succeeds() -> Bool {
        for place in 0..<places {
            switch extend([leaf], in: place) {
            case .good: return true
            case .bad: break
            case .hopeless: return false
            }
        }
        // A server's own certificate may be a trusted one.
        for place in 0..<places {
            for candidate in unsafe trusted(place, leaf.subject) where candidate == leaf {
                return attempt([candidate]) == .good
            }
        }
        return false
    }

    /// Tries the chains that begin like this one and end in a certificate of this place.
    private mutating func extend(_ chain: [Certificate], in place: Int) -> Verdict {
        guard let top = chain.last else { return .bad }
        let anchors = unsafe candidates(for: top, among: trusted(place, top.issuer))
        let others = candidates(for: top, among: sent).filter { !chain.contains($0) }
        // The only one there is need not be examined here: OpenSSL will do that.
        let isOnly = anchors.count + others.count == 1
        for anchor in anchors where isOnly || isSigned(top, by: anchor) {
            // One that has signed itself is no issuer beside itself.
            let whole = anchor == top ? chain : chain + [anchor]
            let verdict = attempt(whole)
            guard case .bad = verdict else { return verdict }
        }
        for other in others where isOnly || isSigned(top, by: other) {
            let verdict = extend(chain + [other], in: place)
            guard case .bad = verdict else { return verdict }
        }
        return .bad
    }

    /// Those that can be the issuer by what they say, valid authorities first.
    private func candidates(
        for certificate: Certificate, among all: [Certificate]
    ) -> [Certificate] {
        let possible = all.filter { $0.canBeIssuer(of: certificate) }
        guard possible.count > 1 else { return possible }
        return possible.filter { $0.isValidAuthority } + possible.filter { !$0.isValidAuthority }
    }

    private mutating func isSigned(_ certificate: Certificate, by issuer: Certificate) -> Bool {
        // Namesakes are the server's choice, and each costs us a signature.
        guard checksLeft > 0 else { return false }
        checksLeft -= 1
        return certificate.isSigned(by: issuer)
    }

    private mutating func attempt(_ chain: [Certificate]) -> Verdict {
        guard chainsLeft > 0 else { return .hopeless }
        chainsLeft -= 1
        return verify(chain)
    }
}

// MARK: - Why there is no chain

extension ChainSearch {
    /// Why no chain leads from the server's certificate to a trusted one.
    func deadEnd() -> CertificateFlaw {
        var chain = [leaf]
        var checksLeft = Limits.signatureChecks
        while let next = sent.first(where: {
            let last = chain[chain.count - 1]
            guard checksLeft > 0, !chain.contains($0), $0.canBeIssuer(of: last) else {
                return false
            }
            checksLeft -= 1
            return last.isSigned(by: $0)
        }) {
            chain.append(next)
        }
        let top = chain[chain.count - 1]
        let isLeaf = chain.count == 1
        if top.isMalformed { return .malformed(issuer: isLeaf ? nil : top.subjectText) }
        if top.isSelfSigned { return isLeaf ? .selfSigned : .unknownIssuer(top.subjectText) }
        for place in 0..<places {
            for namesake in unsafe trusted(place, top.issuer) {
                return flaw(of: top, isLeaf, under: namesake, isTrusted: true)
            }
        }
        for namesake in sent
        where unsafe !chain.contains(namesake) && namesake.isNamed(top.issuer) {
            return flaw(of: top, isLeaf, under: namesake, isTrusted: false)
        }
        return isLeaf ? .missingIssuer(top.issuerText) : .unknownIssuer(top.issuerText)
    }

    /// Why one that has the issuer's name cannot be the issuer.
    private func flaw(
        of certificate: Certificate, _ isLeaf: Bool, under namesake: Certificate, isTrusted: Bool
    ) -> CertificateFlaw {
        let name = namesake.subjectText
        if namesake.isMalformed { return .malformed(issuer: name) }
        let owner = isLeaf ? nil : certificate.subjectText
        return certificate.isSigned(by: namesake)
            ? .wrongKeyIdentifier(of: owner, issuer: name, isTrusted: isTrusted)
            : .badSignature(of: owner, issuer: name, isTrusted: isTrusted)
    }
}
#endif
