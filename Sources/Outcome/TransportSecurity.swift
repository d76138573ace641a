package import GRPC

/// What protects a connection.
package enum TransportSecurity: Equatable, Sendable {
    case plaintext
    /// TLS; nothing is known of it before its handshake is done.
    case tls(TLSSummary?)
    /// TLS with credentials of a SPIFFE agent.
    case spiffe(TLSSummary?)

    package var isTLS: Bool {
        if case .plaintext = self { false } else { true }
    }

    package var isSPIFFE: Bool {
        if case .spiffe = self { true } else { false }
    }

    package var summary: TLSSummary? {
        switch self {
        case .plaintext: nil
        case .tls(let summary), .spiffe(let summary): summary
        }
    }

    /// The same after the handshake.
    package func agreed(on summary: TLSSummary) -> TransportSecurity {
        isSPIFFE ? .spiffe(summary) : .tls(summary)
    }
}

/// What a TLS handshake has agreed on and whom with.
package struct TLSSummary: Equatable, Sendable {
    /// `TLSv1.3`
    package var version: String
    /// The cipher suite by its name in the IANA registry.
    package var cipher: String
    /// What the server chose; nil if it took no notice.
    package var alpn: String?
    package var clientCertificate: ClientCertificateUse
    /// The subject of the server's certificate in RFC 4514's form.
    package var peerSubject: String
    /// Who the server is, where that was checked.
    package var peerID: SPIFFEID?
    /// When the server's certificate expires, in seconds since 1970.
    package var notAfter: Int64

    package init(
        version: String, cipher: String, alpn: String?,
        clientCertificate: ClientCertificateUse = .notWanted, peerSubject: String,
        peerID: SPIFFEID? = nil, notAfter: Int64
    ) {
        self.version = version
        self.cipher = cipher
        self.alpn = alpn
        self.clientCertificate = clientCertificate
        self.peerSubject = peerSubject
        self.peerID = peerID
        self.notAfter = notAfter
    }
}

/// What became of a server's wish for a certificate of ours.
package enum ClientCertificateUse: Equatable, Sendable {
    case notWanted
    /// It asked, and there was none to send.
    case missing
    case sent
}
