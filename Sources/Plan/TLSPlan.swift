import Basics

/// How connections are secured and whom they trust.
package struct TLSPlan: Equatable, Sendable {
    package var trust: ServerTrust
    /// The name to verify instead of the target's (`-tls-server-name`).
    package var serverName: String?
    package var clientCertificate: ClientCertificate?
    /// Whether a server has to choose `h2` by ALPN (RFC 7301, RFC 9113 section 3.2).
    package var requiresALPN: Bool

    package init(trust: ServerTrust) {
        self.trust = trust
        serverName = nil
        clientCertificate = nil
        requiresALPN = true
    }
}

/// Whose signature makes a server's certificate good.
package enum ServerTrust: Equatable, Sendable {
    /// Those whom the machine trusts.
    case system(SystemRoots)
    /// The certificates in this file, and no others.
    case certificates(NamedFile)
    /// Nobody is asked who he is.
    case anybody
}

/// Our own certificate for servers that ask for one: PEM, the chain and its private key.
package struct ClientCertificate: Equatable, Sendable {
    package var chain: NamedFile
    package var key: NamedFile

    package init(chain: NamedFile, key: NamedFile) {
        self.chain = chain
        self.key = key
    }
}

/// A file that the command line names, as it was read.
package struct NamedFile: Equatable, Sendable {
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Where a machine keeps the certificates it trusts. OpenSSL's variables `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` (openssl-env(7)), which Go reads too, replace one of the two lists each.
package struct SystemRoots: Equatable, Sendable {
    /// Files with all certificates in them; the first that can be read counts.
    package var bundles = [
        // Debian, Ubuntu, Alpine, Arch; Fedora and RHEL of old and of now; SUSE; BSDs and Alpine.
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]
    /// Directories with a file for each certificate; where openssl-rehash(1) has been, under the
    /// hash of its subject.
    package var directories = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

    package init() {}

    /// The lists after the variables have had their say; an empty variable is an unset one.
    package init(environment: [(name: String, value: String)]) {
        for (name, value) in environment where !value.utf8.isEmpty {
            if name.utf8.spells(Self.fileVariable) { bundles = [value] }
            if name.utf8.spells(Self.directoryVariable) {
                directories = value.utf8.split(separator: UInt8(ascii: ":"))
                    .map { String(bytes: $0) }
            }
        }
    }

    static let fileVariable = "SSL_CERT_FILE"
    static let directoryVariable = "SSL_CERT_DIR"
}
