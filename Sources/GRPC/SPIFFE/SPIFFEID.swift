import Basics

/// A SPIFFE ID, `spiffe://trust-domain/path` (SPIFFE-ID.md section 2): valid when it exists.
///
/// The rules are those of the standard's later editions, as go-spiffe enforces them: everything is
/// spelled in one way only, so that equal bytes are equal identities.
package struct SPIFFEID: Equatable, Sendable {
    /// The whole ID, ASCII.
    package let bytes: [UInt8]
    package let trustDomain: TrustDomain

    package init(_ text: some Collection<UInt8>) throws(SPIFFEIDError) {
        let bytes = Array(text)
        guard bytes.count <= Limits.spiffeIDSize else { throw .tooLong }
        guard let rest = bytes[...].dropping(prefix: SPIFFEID.prefix) else { throw .noScheme }
        let name = rest.prefix { $0 != UInt8(ascii: "/") }
        trustDomain = try TrustDomain(name)
        try SPIFFEID.check(path: rest[name.endIndex...])
        self.bytes = bytes
    }

    /// Whether this names a workload, and not only a trust domain (X509-SVID.md section 3.1).
    package var hasPath: Bool {
        bytes.count > SPIFFEID.prefix.utf8.count + trustDomain.name.count
    }

    package var text: String { String(bytes: bytes) }

    fileprivate static let prefix = "spiffe://"

    /// Nothing, or segments with a slash before each (SPIFFE-ID.md section 2.2).
    private static func check(path: ArraySlice<UInt8>) throws(SPIFFEIDError) {
        guard !path.isEmpty else { return }
        guard path.last != UInt8(ascii: "/") else { throw .trailingSlash }
        let segments = path.dropFirst()
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments {
            guard !segment.isEmpty else { throw .emptySegment }
            guard !segment.spells("."), !segment.spells("..") else { throw .dotSegment }
            guard segment.allSatisfy({ $0.isASCIILetter || $0.isSPIFFEMark }) else {
                throw .badPath
            }
        }
    }
}

/// The name of a trust domain (SPIFFE-ID.md section 2.1).
package struct TrustDomain: Equatable, Sendable {
    /// ASCII.
    package let name: [UInt8]

    package init(_ name: some Collection<UInt8>) throws(SPIFFEIDError) {
        guard !name.isEmpty else { throw .noTrustDomain }
        guard name.count <= Limits.trustDomainSize else { throw .trustDomainTooLong }
        let isLegal = name.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0.isSPIFFEMark
        }
        guard isLegal else { throw .badTrustDomain }
        self.name = Array(name)
    }

    /// The key of a federated bundle: the SPIFFE ID of the trust domain, or its bare name, which
    /// go-spiffe takes as well.
    package init(key: ArraySlice<UInt8>) throws(SPIFFEIDError) {
        if key.starts(with: SPIFFEID.prefix.utf8) {
            self = try SPIFFEID(key).trustDomain
        } else {
            try self.init(key)
        }
    }

    package var text: String { String(bytes: name) }
}

/// Why a text is not a SPIFFE ID.
package enum SPIFFEIDError: Error, Equatable, Sendable {
    case tooLong
    case noScheme
    case noTrustDomain
    case trustDomainTooLong
    case badTrustDomain
    case trailingSlash
    case emptySegment
    case dotSegment
    case badPath

    package var text: String {
        switch self {
        case .tooLong: "it is longer than \(Limits.spiffeIDSize) bytes"
        case .noScheme: "it does not begin with spiffe://"
        case .noTrustDomain: "it has no trust domain"
        case .trustDomainTooLong:
            "its trust domain is longer than \(Limits.trustDomainSize) bytes"
        case .badTrustDomain:
            "only lower-case letters, digits, - _ and . are allowed in a trust domain"
        case .trailingSlash: "it ends with a slash"
        case .emptySegment: "its path has nothing between two slashes"
        case .dotSegment: "its path has a . or .. in it"
        case .badPath: "only letters, digits, - _ . and / are allowed in a path"
        }
    }
}

extension UInt8 {
    /// What may stand in a trust domain and in a path, beside letters.
    fileprivate var isSPIFFEMark: Bool {
        isASCIIDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
            || self == UInt8(ascii: ".")
    }
}
