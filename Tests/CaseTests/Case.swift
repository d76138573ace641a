import TestSupport

/// One case of a case file: what is there, what is run, what must come of it. The format is
/// described in `Tests/Cases/README.md`.
struct Case: Sendable {
    /// A scripted server.
    struct Peer: Sendable {
        var name: String
        var place: Loopback
        /// Nil where it does not speak TLS.
        var tls: PeerTLSPlan?
        var script: PeerScript
    }

    /// A real server program.
    struct Server: Sendable, Hashable {
        var name: String
        var command: [String]
    }

    struct File: Sendable {
        var name: String
        var content: String
    }

    /// Something that is done while the probe runs.
    struct Deed: Sendable {
        enum Act: Sendable {
            case signal(Int32)
            case send(String)
        }

        enum Moment: Sendable {
            case atOnce
            /// The scripted server has seen a whole request.
            case request
            /// A scripted server has seen the answer to a PING, so what it sent before has come.
            case pingAck
            /// The probe's standard output matches.
            case output(String)
            /// The program has ended.
            case exit
        }

        var act: Act
        var moment: Moment
        var line: Int
    }

    var file: String
    var title: String
    var line: Int
    var peers: [Peer] = []
    var servers: [Server] = []
    /// Programs without which the case is left out.
    var needs: [String] = []
    /// Whether it says nothing of TLS.
    var isPlaintext = false
    /// Whether the program has to be one that was built with TLS; nil where both will do.
    var wantsTLS: Bool?
    var files: [File] = []
    var environment: [String: String] = [:]
    var input: String?
    var output = StandardOutput.captured
    var errors = StandardOutput.captured
    var arguments: [String]?
    var deeds: [Deed] = []
    var expectations: [Expectation] = []
}

/// One line of a case that can fail.
struct Expectation: Sendable {
    enum Text: Sendable {
        case empty
        case line(String)
        case matches(String)
        case differs(String)
    }

    /// What a scripted server must have seen in its last request.
    enum Request: Sendable {
        case field(String, Text)
        case absent(String)
        /// The names of all fields, in order, with blanks between them.
        case names(Text)
        /// The names of those that no table on the way may hold, in order.
        case neverIndexed(Text)
        case message([UInt8])
        /// A message in gzip, with Compressed-Flag 1; what is inside.
        case compressed([UInt8])
    }

    /// What a scripted server must have seen of TLS on its last connection.
    enum TLS: Sendable {
        case serverName(String?)
        /// The protocols that the client offers, with blanks between them.
        case protocols(String?)
        case versions(String?)
        /// Those in brackets may be missing.
        case groups([String])
        case keyShares(String?)
        /// The numbers of the ways to compress a certificate.
        case compressions(String?)
        /// The name on the client's certificate.
        case client(String?)
        case alert(UInt32)
    }

    enum Kind: Sendable {
        case exit(Int32)
        case output(Text)
        case errors(Text)
        /// A key of the JSON report; nil where it must be missing.
        case json(result: Int, key: String, value: String?)
        case request(Request)
        case tls(TLS)
        case requests(Int)
        case connections(Int)
        case reset(UInt32)
        case goAway(UInt32)
        case pingAcks(Int)
        case polite
    }

    var kind: Kind
    var line: Int
}
