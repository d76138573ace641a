/// How a scripted server speaks TLS.
package struct PeerTLSPlan: Equatable, Sendable {
    /// What the server makes of the protocols that a client offers by ALPN.
    package enum Choice: Equatable, Sendable {
        /// It takes this one, offered or not.
        case name(String)
        /// It does not know ALPN.
        case none
        /// It ends the handshake with the alert no_application_protocol.
        case refuse
    }

    /// What it wants of the client.
    package struct Demand: Equatable, Sendable {
        /// The file with the certificates that a client's must be signed by.
        package var authority: String
        package var isRequired: Bool

        package init(authority: String, isRequired: Bool) {
            self.authority = authority
            self.isRequired = isRequired
        }
    }

    /// The path of the certificate and its chain without `.pem`, and of its key without `.key`.
    package var certificate: String
    package var choice = Choice.name("h2")
    /// The only version that it speaks, if it is as picky: `1.2`.
    package var version: String?
    /// OpenSSL's names of the ciphers, for the versions before 1.3.
    package var ciphers: String?
    /// OpenSSL's names of the key exchanges that it allows.
    package var groups: String?
    package var demand: Demand?
    /// Every byte of its records is a write of its own, those of the handshake too.
    package var isBytewise = false
    /// It closes at once when a handshake fails, whatever the client has sent meanwhile.
    package var isAbrupt = false

    package init(certificate: String) {
        self.certificate = certificate
    }
}

/// What a scripted server saw of TLS on one connection.
package struct PeerTLSRecord: Equatable, Sendable {
    package var isEstablished = false
    /// The common name on the client's certificate, if it showed one.
    package var clientName: String?
    /// The number of the alert that the client ended the connection with, if it was not
    /// close_notify.
    package var alert: Int?
    /// Whether the client has said close_notify.
    package var isClosed = false
    /// Whether TLS has failed, for one side or the other.
    package var hasFailed = false
}
