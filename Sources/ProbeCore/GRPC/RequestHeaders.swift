/// The header block of a gRPC request (PROTOCOL-HTTP2.md, "Requests"): pseudo-header fields, the
/// timeout, what defines the call, then the user's metadata.
///
/// - Parameter compresses: whether the messages may be compressed with gzip, ours and the server's.
///   Otherwise nothing is offered, because some servers would compress two bytes.
package func requestHeaders(
    method: HealthMethod, usesTLS: Bool, authority: String, timeout: Duration?, userAgent: String,
    compresses: Bool = false, metadata: [HeaderField]
) -> [HeaderField] {
    requestHeaders(
        path: method.path, usesTLS: usesTLS, authority: authority, timeout: timeout,
        userAgent: userAgent, compresses: compresses, metadata: metadata)
}

/// The same for a method of any service.
package func requestHeaders(
    path: String, usesTLS: Bool, authority: String, timeout: Duration?, userAgent: String,
    compresses: Bool = false, metadata: [HeaderField]
) -> [HeaderField] {
    var fields = [
        HeaderField(":method", "POST"),
        HeaderField(":scheme", usesTLS ? "https" : "http"),
        HeaderField(":path", path),
        HeaderField(":authority", authority),
    ]
    if let timeout { fields.append(HeaderField("grpc-timeout", timeout.grpcTimeout)) }
    fields += [
        HeaderField("te", "trailers"),
        HeaderField("content-type", "application/grpc"),
    ]
    if compresses {
        fields += [
            HeaderField("grpc-encoding", "gzip"), HeaderField("grpc-accept-encoding", "gzip"),
        ]
    }
    fields.append(HeaderField("user-agent", userAgent))
    return fields + metadata
}
