package import ProbeCore

/// A stream of a connection (RFC 9113 section 5.1.1).
package typealias StreamID = Int32

/// What came of the bytes that a session took in, in the order it happened.
package enum HTTP2Event: Equatable {
    /// The peer's SETTINGS arrived (not its acknowledgement of ours).
    case settings
    /// A whole header block: a request, a response, an informational response or trailers.
    /// `isTruncated` says that the block was over `Limits.headerListSize` and fields are missing.
    case headers(StreamID, [HeaderField], isTruncated: Bool, endStream: Bool)
    /// Bytes of DATA without padding; possibly none when all they say is `endStream`.
    case data(StreamID, [UInt8], endStream: Bool)
    /// The peer sent RST_STREAM.
    case reset(StreamID, HTTP2ErrorCode)
    /// The stream is over. After a request that was never sent, or a rule that the peer broke
    /// for this stream alone, this is the only event that says so.
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
    /// Both sides finished, or one of them reset the stream.
    case finished
    /// The request never left: the peer takes no more streams on this connection.
    case notSent
    /// The peer broke a rule, so the session reset the stream; the text names the rule.
    case violation(String)
}

/// Why a session cannot go on. Peers' mistakes are events; these are ours or the machine's.
package enum HTTP2Error: Error, Equatable {
    case outOfMemory
    /// nghttp2 objects for a reason of its own; its words.
    case library(String)
}
