import Basics
import Client
import Compression
import GRPC
import Outcome
import Plan

extension GRPCConnection {
    /// A connection to a health service, as a plan wants it.
    ///
    /// - Parameters:
    ///   - tls: made from the plan, where it wants TLS.
    ///   - staysLong: whether the kernel shall find out when the peer is dead.
    convenience init(
        to target: Target, asking method: HealthMethod, _ plan: Plan, _ tls: TLSSource?,
        _ limits: CallLimits, callCount: Int, keepalive: Duration? = nil, staysLong: Bool = false,
        _ journal: Journal, now: Instant
    ) {
        let connection = PreparedConnection(
            to: target,
            tls.map { .init(source: $0, name: plan.serverName(of: target)) }, journal,
            traces: plan.verbosity == .frames, staysLong: staysLong)
        self.init(
            connection, plan.terms(of: method, to: target), limits, callCount: callCount,
            keepalive: keepalive, journal, now: now)
    }
}

extension Plan {
    /// What the calls of a method have in common. A Watch has no end, so the server is told of
    /// none.
    func terms(of method: HealthMethod, to target: Target) -> CallTerms {
        CallTerms(
            request: RequestTemplate(
                path: method.path, usesTLS: security.isTLS, authority: authority(for: target),
                userAgent: userAgent, compresses: compresses, metadata: metadata),
            kind: method == .watch ? .serverStreaming : .unary,
            timeout: method == .watch ? nil : rpcTimeout)
    }

    /// What a request about a service carries: its message with the prefix, compressed if the plan
    /// says so. That of a list is empty.
    ///
    /// An empty message is sent as it is, as `grpc_health_probe` does it: there is nothing in it
    /// to compress. So is one for which there is no memory. Both are legal, since each message
    /// says for itself whether it is compressed (PROTOCOL-HTTP2.md, "Compressed-Flag").
    func body(of method: HealthMethod, about service: String) -> [UInt8] {
        if method == .list { return MessagePrefix.framed([]) }
        guard compresses, !service.utf8.isEmpty,
            let compressed = Deflater.gzip(HealthCheckRequest.encoded(service: service))
        else { return HealthCheckRequest.framed(service: service) }
        return MessagePrefix.framed(compressed, isCompressed: true)
    }
}
