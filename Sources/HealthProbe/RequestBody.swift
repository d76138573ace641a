import Compression
import ProbeCore

extension Plan {
    /// The header fields of a request, the user's own among them.
    ///
    /// - Parameter timeout: what the server is told; nil for a call that has no end.
    func headers(of method: HealthMethod, to target: Target, timeout: Duration?) -> HeaderBlock {
        requestHeaders(
            method: method, usesTLS: security.isTLS, authority: authority(for: target),
            timeout: timeout, userAgent: userAgent, compresses: compresses, metadata: metadata)
    }

    /// What a request carries: its message with the prefix, compressed if the plan says so.
    ///
    /// An empty message is sent as it is, as `grpc_health_probe` does it: there is nothing in it
    /// to compress. So is one for which there is no memory. Both are legal, since each message
    /// says for itself whether it is compressed (PROTOCOL-HTTP2.md, "Compressed-Flag").
    func body(of message: [UInt8]) -> [UInt8] {
        guard compresses, !message.isEmpty, let compressed = Deflater.gzip(message) else {
            return MessagePrefix.framed(message)
        }
        return MessagePrefix.framed(compressed, isCompressed: true)
    }
}
