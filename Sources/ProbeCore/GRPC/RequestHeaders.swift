/// The header block of a gRPC request (PROTOCOL-HTTP2.md, "Requests"): pseudo-header fields, the
/// timeout, what defines the call, then the user's metadata.
///
/// - Parameter compresses: whether the messages may be compressed with gzip, ours and the server's.
///   Otherwise nothing is offered, because some servers would compress two bytes.
package func requestHeaders(
    path: String, usesTLS: Bool, authority: String, timeout: Duration?, userAgent: String,
    compresses: Bool = false, metadata: [HeaderField]
) -> HeaderBlock {
    // What is fixed has some 130 bytes.
    var block = HeaderBlock(
        size: 256 + authority.utf8.count + userAgent.utf8.count, count: 10 + metadata.count)
    block.append(":method", "POST")
    block.append(":scheme", usesTLS ? "https" : "http")
    block.append(":path", path)
    block.append(":authority", authority)
    if let timeout { block.append("grpc-timeout", timeout.grpcTimeout) }
    block.append("te", "trailers")
    block.append("content-type", "application/grpc")
    if compresses {
        block.append("grpc-encoding", "gzip")
        block.append("grpc-accept-encoding", "gzip")
    }
    block.append("user-agent", userAgent)
    block.append(metadata)
    return block
}
