package import Basics
package import GRPC
package import Outcome

extension GRPCConnection {
    /// What the owner has to know.
    package enum Event {
        /// There are SPIFFE credentials to connect with.
        case identified
        case resolved
        case connected(EndpointAddress)
        /// The TLS handshake is done.
        case secured(TLSSummary)
        /// The peer speaks HTTP/2.
        case ready
        /// The request leaves with what is written next.
        case submitted(call: Int)
        /// A message of the peer; of a call that does not stay open once it has ended well.
        case message(call: Int, [UInt8])
        case ended(call: Int, GRPCCall.End, submitted: Instant?)
        /// The peer has not begun this call and never will (RFC 9113 section 8.7).
        case refused(call: Int, Cause, wasSubmitted: Bool)
        /// The peer takes no more calls; those it has go on.
        case draining(HTTP2ErrorCode, debugData: [UInt8])
        /// The connection is gone, and these calls with it.
        case lost(Failure, wasReady: Bool, calls: [LostCall])
    }

    package struct LostCall {
        package let number: Int
        package let wasSubmitted: Bool
        /// Why it has no answer, as far as one had come.
        package let cause: Cause
    }
}
