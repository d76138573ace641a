/// What the requests of one kind have in common (PROTOCOL-HTTP2.md, "Requests").
package struct RequestTemplate {
    package var path: String
    package var usesTLS: Bool
    package var authority: String
    package var userAgent: String
    /// Whether the messages may be compressed with gzip, ours and the server's. Otherwise nothing
    /// is offered, because some servers would compress two bytes.
    package var compresses: Bool
    package var metadata: [HeaderField]

    package init(
        path: String, usesTLS: Bool, authority: String, userAgent: String,
        compresses: Bool = false, metadata: [HeaderField]
    ) {
        self.path = path
        self.usesTLS = usesTLS
        self.authority = authority
        self.userAgent = userAgent
        self.compresses = compresses
        self.metadata = metadata
    }

    /// The header block of a request: pseudo-header fields, the timeout, what defines the call,
    /// then the user's metadata.
    ///
    /// - Parameter timeout: what the server is told; nil for a call that has no end.
    package func headers(timeout: Duration?) -> HeaderBlock {
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
}
