/// The header block of a gRPC request (PROTOCOL-HTTP2.md, "Requests"): pseudo-header fields, the
/// timeout, what defines the call, then the user's metadata.
package func requestHeaders(
    method: HealthMethod, usesTLS: Bool, authority: String, timeout: Duration?, userAgent: String,
    metadata: [HeaderField]
) -> [HeaderField] {
    var fields = [
        HeaderField(":method", "POST"),
        HeaderField(":scheme", usesTLS ? "https" : "http"),
        HeaderField(":path", method.path),
        HeaderField(":authority", authority),
    ]
    if let timeout { fields.append(HeaderField("grpc-timeout", timeout.grpcTimeout)) }
    fields += [
        HeaderField("te", "trailers"),
        HeaderField("content-type", "application/grpc"),
        HeaderField("user-agent", userAgent),
    ]
    return fields + metadata
}
