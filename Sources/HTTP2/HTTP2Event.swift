package import GRPC

/// A stream of a connection (RFC 9113 section 5.1.1).
package typealias StreamID = Int32

/// What came of the bytes that a session took in, in the order it happened.
package enum HTTP2Event: Equatable {
    /// The peer's SETTINGS arrived (not its acknowledgement of ours).
    case settings
    /// A whole header block: a request, a response, an informational response or trailers.
    /// `isTruncated` says that the block was over `Limits.headerListSize` and fields are missing.
    case headers(StreamID, HeaderBlock, isTruncated: Bool, endStream: Bool)
    /// Bytes of DATA without padding; possibly none when all they say is `endStream`.
    case data(StreamID, [UInt8], endStream: Bool)
    /// The peer sent RST_STREAM.
    case reset(StreamID, HTTP2ErrorCode)
    /// The stream is over. After a request that was never sent, or where this end has reset the
    /// stream, this is the only event that says so.
    case closed(StreamID, StreamClosure)
    /// The peer sent GOAWAY: streams above `lastStream` were not processed.
    case goAway(lastStream: StreamID, HTTP2ErrorCode, debugData: [UInt8])
    /// The peer acknowledged a PING.
    case pingAcknowledged
    /// The peer broke the rules for the whole connection; the text names the rule.
    case violation(String)
    /// A frame was sent or received; only where the session was asked to trace.
    case frame(FrameSummary)
}

/// How a stream ended.
package enum StreamClosure: Equatable {
    /// Both sides finished, or the peer reset the stream.
    case finished
    /// The request never left: the peer takes no more streams on this connection.
    case notSent
    /// The request never left, for a reason that is not the peer's; nghttp2's words.
    case unsendable(String)
    /// The peer broke a rule, so the session reset the stream; the text names the rule.
    case violation(String)
    /// This end reset the stream with this code: its owner did, or the session for a rule that
    /// it has no words for. REFUSED_STREAM: the stream is above GOAWAY's last one.
    case reset(HTTP2ErrorCode)
}

/// Why a session cannot go on.
package enum HTTP2Error: Error, Equatable {
    case outOfMemory
    /// The peer has overrun a limit that nghttp2 keeps without an answer; its words.
    case overrun(String)
    /// nghttp2 objects to what it was asked to do; its words.
    case library(String)
}
