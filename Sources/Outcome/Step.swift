package import Basics
package import GRPC

/// One step of a check, for those who want to follow it (`-v`, `-trace`).
package enum Step: Equatable, Sendable {
    case lookingUp(String)
    case connecting([EndpointAddress])
    case connected(EndpointAddress)
    /// The Workload API is asked for SPIFFE credentials.
    case fetchingIdentity
    /// It has given them: who we are, and the trust domains whose servers can be checked.
    case identified(SPIFFEID, [TrustDomain])
    /// The TLS handshake is done.
    case secured(TLSSummary)
    /// Whoever listens at this address is not who is wanted, so the others are tried.
    case passing(EndpointAddress, Failure)
    case requesting(service: String, metadata: [HeaderField])
    /// The peer's SETTINGS arrived.
    case settings
    case goAway(HTTP2ErrorCode, debugData: [UInt8])
    /// The server has had too many PINGs, so the next connection sends them less often.
    case pingingLess(interval: Duration)
    case ended(service: String, Observation.Result)
    /// The peer did not process the call, so it is made once more.
    case retrying(service: String)
    /// A watch makes its next connection after so long a time, and why; nil where the step before
    /// has told.
    case reconnecting(in: Duration, Failure?)
    /// A watch makes a call again after so long a time, and why.
    case repeating(service: String, in: Duration, Failure)
    /// The connection is closed, and whether the peer closed its side too.
    case closed(byPeerToo: Bool)
    case frame(FrameSummary)
}
