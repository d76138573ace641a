/// Every bound of the program, with its reason. A bound is checked on the size that a peer
/// declares, before anything is allocated for it.
package enum Limits {
    /// The largest message accepted, in bytes, after the five-byte prefix. The gRPC libraries
    /// share this default (`maxReceiveMessageSize`, 4 MiB).
    package static let messageSize = 4 * 1024 * 1024

    /// How much memory the messages may take together that wait on one connection, in bytes: one of
    /// the largest size, or many small ones. Otherwise a server could fill it once for each service
    /// that it is asked about.
    package static let messageRoom = messageSize

    /// Up to this size, in bytes, messages do not count: those of honest servers have ten bytes.
    package static let smallMessage = 4096

    /// How many services of one list are reported, repeated ones included. gRPC's own servers
    /// refuse to list more than 100 (gRFC A90); the smallest entry has two bytes, so that a message
    /// of the largest size could otherwise become two million results.
    package static let listedServices = 10_000

    /// How long the names of these services may be together, in bytes: 10,000 names of 50 bytes.
    /// Each is repeated in a dozen metrics.
    package static let listedNames = 512 * 1024

    /// How much of a name is shown in a report, in bytes. No service has a longer one; a name of
    /// megabytes would fill a screen, and the metrics repeat each name a dozen times.
    package static let shownNameSize = 1024

    /// The widest column that a table of results makes for its cells, in characters. A longer
    /// cell stands out on its own line: 10,000 lines are not padded to one long name.
    package static let columnWidth = 64

    /// The largest header block accepted, in bytes, counted as RFC 9113 section 6.5.2 counts
    /// `SETTINGS_MAX_HEADER_LIST_SIZE` (name + value + 32 for each field). The libraries'
    /// defaults lie between 16 KiB and 16 MiB; real trailers with stack traces reach 5 KiB.
    package static let headerListSize = 1024 * 1024

    /// The largest header block sent, in bytes, where nghttp2's own limit is 64 KiB: what the user
    /// wants sent is for the server to judge.
    package static let requestHeaderBlock = 1024 * 1024

    /// What counting a header field adds to the size of its name and value
    /// (RFC 9113 section 6.5.2).
    package static let headerFieldOverhead = 32

    /// How much of a response that is not gRPC is kept to be quoted, in bytes.
    package static let bodyExcerptSize = 1024

    /// How much of such a response is quoted in a failure line, in bytes.
    package static let quotedBodySize = 200

    /// How much of `grpc-message` or GOAWAY debug data is kept, in bytes. Docker keeps 4 KiB of
    /// a health check's output in all.
    package static let serverTextSize = 4096

    /// The longest failure line printed, in bytes (Docker's buffer of 4,096 bytes holds it).
    package static let failureLineSize = 4096

    /// One read from a connection, in bytes: a full frame of the default size, and few enough
    /// that the answers to what one read can hold stay below `outboundAcks`.
    package static let readSize = 16 * 1024

    /// How many answers to PING and SETTINGS may wait for one flush. One read holds at most
    /// 16,384 / 9 empty SETTINGS frames.
    package static let outboundAcks = 2048

    /// How many entries one SETTINGS frame may have. RFC 9113 knows six; real servers send
    /// fewer than ten.
    package static let settingsEntries = 256

    /// How many CONTINUATION frames one header block may have. 64 of the default size hold
    /// `headerListSize`; nghttp2 counts a frame once for each read that its header is spread
    /// over, which with a server that dribbles is nine times. Its default, 8, is too few then.
    package static let continuations = 1024

    /// Output waiting for a peer that does not read, in bytes, before reading pauses.
    package static let pendingOutput = 64 * 1024

    /// The bytes kept of a peer's first flight to say what it speaks instead of HTTP/2.
    package static let greetingSize = 256

    /// How many addresses of one name are tried. Name servers are not trusted with our time.
    package static let addresses = 16

    /// How long one name server may think before the next one is asked, or the same one again; it
    /// doubles with each round. A lost packet should cost less than the default
    /// `-connect-timeout`. An answer that comes later still counts.
    package static let nameServerTimeout: Duration = .milliseconds(400)

    /// How often that time is doubled at most: no deadline is as long as the last of these waits.
    package static let nameServerRounds = 30

    /// How long the addresses of one family wait for those of the other
    /// (RFC 8305 section 3, "Resolution Delay").
    package static let resolutionDelay: Duration = .milliseconds(50)

    /// How many name servers are asked. The C library stops at three.
    package static let nameServers = 8

    /// The longest host name, in bytes (RFC 1035 section 2.3.4).
    package static let hostNameSize = 253

    /// The longest part of a host name between two dots, in bytes (RFC 1035 section 2.3.4).
    package static let hostLabelSize = 63

    /// The longest unix socket path in bytes, without its terminator (Linux `sun_path`).
    package static let unixPathSize = 107

    /// The delay between two connection attempts that run side by side
    /// (RFC 8305 section 5, "Connection Attempt Delay").
    package static let connectionAttemptDelay: Duration = .milliseconds(250)

    /// The delay before another attempt at a unix socket whose backlog is full.
    package static let unixRetryDelay: Duration = .milliseconds(5)

    /// How many connections to one target may be left, or wait for the answers that they still owe,
    /// while another one is used.
    package static let retiringConnections = 2

    /// How long a finished connection waits for the peer's own end before it is closed. A peer
    /// that is still writing when the socket goes away logs a reset.
    package static let farewell: Duration = .milliseconds(50)

    /// How long a reader of our output may stand still before the rest is dropped: a full pipe
    /// must not keep a health check from its exit code.
    package static let readerPatience: Duration = .milliseconds(50)

    /// How long a reader of results that takes nothing is waited for where there is no `-timeout`.
    /// A reader that takes some is waited for as long as it does.
    package static let resultsPatience: Duration = .seconds(10)

    /// How long readers are waited for once a signal has ended a watch. Whoever sent it waits, too:
    /// Docker 10 s, a person less.
    package static let lastWordsPatience: Duration = .seconds(1)

    /// How long one write to a terminal or a pipe may take, which stands still for it: the loop
    /// has other things to do.
    package static let writeTime: Duration = .milliseconds(10)

    /// How long a terminal that says that it takes more, and then takes nothing, is left alone.
    package static let writeRetryDelay: Duration = .milliseconds(50)

    /// Results waiting for a reader, in bytes, before no more are made: as much as a pipe holds.
    package static let pendingResults = 64 * 1024

    /// How many results are put into words before the reader is looked after again.
    package static let reportPiece = 64

    /// What `-v` and `-trace` tell, waiting for a reader, in bytes, before lines are dropped.
    package static let pendingNotes = 64 * 1024

    /// The largest file read for `-rpc-header @file`, in bytes. Servers refuse header blocks far
    /// smaller than this.
    package static let headerFileSize = 64 * 1024

    /// The largest file of certificates or with a key, in bytes. A system's whole bundle has
    /// 0.25 MB.
    package static let certificateFileSize = 4 * 1024 * 1024

    /// How many issuers' names are remembered as looked for among the trusted certificates.
    package static let issuersKnown = 64

    /// How many certificates of one name a hashed directory may have.
    package static let hashedNamesakes = 64

    /// How many signatures are checked to find out which of several certificates with one name is
    /// an issuer. A server chooses what it sends along, and one check can take 6 ms.
    package static let signatureChecks = 16

    /// How many chains to a trusted certificate are tried. More than two or three are a sign of
    /// many expired certificates with one name.
    package static let chainsTried = 8

    /// How many files of a directory without hashed names are searched for a certificate.
    package static let certificateFiles = 1024

    /// How many of a certificate's names are shown when it has another.
    package static let shownCertificateNames = 5

    /// The largest `-targets` file, in bytes: hundreds of thousands of lines.
    package static let targetsFileSize = 16 * 1024 * 1024

    /// The highest `-concurrency`: more than a process may have descriptors on most machines.
    package static let concurrency: UInt32 = 65_536

    /// Up to so many connections at once, every process has descriptors enough without asking.
    package static let modestConcurrency = 64

    /// Descriptors that are not for connections: the standard streams, name servers.
    package static let reservedDescriptors = 64

    /// Descriptors that one target may need at the same time: a connection that works, one that
    /// is being left or attempted beside it, and name servers to ask.
    package static let descriptorsPerTarget = 3

    /// How long a PING may stay unanswered (doc/keepalive.md, GRPC_ARG_KEEPALIVE_TIMEOUT_MS).
    package static let keepaliveTimeout: Duration = .seconds(20)

    /// How rare PINGs become at most when the server wants fewer: the longest interval that gRPC's
    /// own servers insist on, 2 h, which they have from TCP's keepalive (RFC 1122, 4.2.3.6).
    package static let keepaliveInterval: Duration = .seconds(2 * 60 * 60)

    /// The longest SPIFFE ID, in bytes (SPIFFE-ID.md section 2.3).
    package static let spiffeIDSize = 2048

    /// The longest name of a SPIFFE trust domain, in bytes (SPIFFE-ID.md section 2.3).
    package static let trustDomainSize = 255

    /// How many identities the Workload API may give one process. Most have one.
    package static let workloadIdentities = 64

    /// How many trust domains one may be federated with.
    package static let federatedBundles = 1024

    /// How many certificates may stand between an identity and its trust domain's root.
    package static let chainCertificates = 16

    /// How many certificates may prove the identities of one trust domain: two or three while
    /// they are being exchanged.
    package static let bundleCertificates = 256

    /// How old SPIFFE credentials may be when a connection is made. Targets that are asked at the
    /// same time share them; a watch that connects anew asks for new ones, which is how those of
    /// a process that runs for days never expire.
    package static let credentialAge: Duration = .seconds(10)

    /// How old a connection has to be for its peer's GOAWAY to be followed at once by another
    /// connection, without the backoff of a failed attempt.
    package static let usefulConnection: Duration = .milliseconds(500)
}
