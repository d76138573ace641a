#if TLS
import Basics
import COpenSSL
import Outcome

/// Looks for chains of certificates that lead from a server's to one that is trusted, until one
/// of them is good.
///
/// OpenSSL goes one way only: of several certificates with one name it takes the first that may
/// have signed, and where that has expired or has another key it does not turn back. So the ways
/// are searched here, and whether a chain is good is asked of OpenSSL, which is given that chain
/// and nothing else.
struct ChainSearch: ~Copyable {
    /// What an attempt came to.
    private enum Progress {
        case good
        /// Another chain may be better.
        case bad
        /// No other chain can be better.
        case hopeless
    }

    /// What a server is known by and who may have signed it.
    private let leaf: Certificate
    /// What the server sent along with it.
    private let sent: [Certificate]
    /// The trusted certificates. Where those of one place lead to no good chain, the next is asked.
    private let anchors: TrustAnchors
    private let judge: ChainVerification
    private var checksLeft = Limits.signatureChecks
    private var chainsLeft = Limits.chainsTried
    /// What is wrong with the first chain that was tried: the best ones are tried first.
    private var firstFault: CertificateFault?

    init(
        from leaf: Certificate, over sent: [Certificate], to anchors: TrustAnchors,
        _ judge: ChainVerification
    ) {
        self.leaf = leaf
        self.sent = sent
        self.anchors = anchors
        self.judge = judge
    }

    /// Why there is no good chain; nil if there is one.
    mutating func fault() -> CertificateFault? {
        if succeeds() { return nil }
        if let firstFault { return firstFault }
        let flaw = anchors.placesOfNone.map { .nothingTrusted(places: $0) } ?? deadEnd()
        return CertificateFault(flaw: flaw, errorNumber: Self.errorNumber(of: flaw))
    }

    private mutating func succeeds() -> Bool {
        for place in anchors.places {
            switch extend([leaf], in: place) {
            case .good: return true
            case .bad: break
            case .hopeless: return false
            }
        }
        // A server's own certificate may be a trusted one.
        for place in anchors.places {
            for candidate in anchors.certificates(named: leaf.subject, in: place)
            where candidate == leaf {
                return attempt([candidate]) == .good
            }
        }
        return false
    }

    /// Tries the chains that begin like this one and end in a certificate of this place.
    private mutating func extend(
        _ chain: [Certificate], in place: TrustAnchors.Place
    ) -> Progress {
        guard let top = chain.last else { return .bad }
        let trusted = candidates(
            for: top, among: anchors.certificates(named: top.issuer, in: place))
        let others = candidates(for: top, among: sent).filter { !chain.contains($0) }
        // The only one there is need not be examined here: OpenSSL will do that.
        let isOnly = trusted.count + others.count == 1
        for anchor in trusted where isOnly || isSigned(top, by: anchor) {
            // One that has signed itself is no issuer beside itself.
            let whole = anchor == top ? chain : chain + [anchor]
            let progress = attempt(whole)
            guard case .bad = progress else { return progress }
        }
        for other in others where isOnly || isSigned(top, by: other) {
            let progress = extend(chain + [other], in: place)
            guard case .bad = progress else { return progress }
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

    /// - Parameter chain: from the server's certificate, or one that equals it, to a trusted one.
    private mutating func attempt(_ chain: [Certificate]) -> Progress {
        guard chainsLeft > 0, let anchor = chain.last else { return .hopeless }
        chainsLeft -= 1
        let fault = judge.fault(
            in: CertificateChain(
                leaf: leaf, between: chain.dropFirst().dropLast(), anchor: anchor))
        guard let fault else { return .good }
        if firstFault == nil { firstFault = fault }
        return fault.isFinal ? .hopeless : .bad
    }
}

// MARK: - Why there is no chain

extension ChainSearch {
    /// Why no chain leads from the server's certificate to a trusted one.
    private func deadEnd() -> CertificateFlaw {
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
        if top.isMalformed { return .malformed(issuer: isLeaf ? nil : top.subject.text) }
        if top.isSelfSigned { return isLeaf ? .selfSigned : .unknownIssuer(top.subject.text) }
        for place in anchors.places {
            for namesake in anchors.certificates(named: top.issuer, in: place) {
                return flaw(of: top, isLeaf, under: namesake, isTrusted: true)
            }
        }
        for namesake in sent
        where !chain.contains(namesake) && namesake.subject == top.issuer {
            return flaw(of: top, isLeaf, under: namesake, isTrusted: false)
        }
        return isLeaf ? .missingIssuer(top.issuer.text) : .unknownIssuer(top.issuer.text)
    }

    /// Why one that has the issuer's name cannot be the issuer.
    private func flaw(
        of certificate: Certificate, _ isLeaf: Bool, under namesake: Certificate, isTrusted: Bool
    ) -> CertificateFlaw {
        let name = namesake.subject.text
        if namesake.isMalformed { return .malformed(issuer: name) }
        let owner = isLeaf ? nil : certificate.subject.text
        return certificate.isSigned(by: namesake)
            ? .wrongKeyIdentifier(of: owner, issuer: name, isTrusted: isTrusted)
            : .badSignature(of: owner, issuer: name, isTrusted: isTrusted)
    }

    /// OpenSSL's number for the end of a search.
    private static func errorNumber(of flaw: CertificateFlaw) -> Int32 {
        if case .malformed = flaw { return X509_V_ERR_CERT_REJECTED }
        return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    }
}
#endif
