import Basics
import GRPC
import Outcome

/// What to do about a failure, in one line; nil where nobody can say.
extension FailureText {
    static func hint(for failure: Failure, _ observation: Observation) -> String? {
        switch failure.cause {
        case .noCredentials(let credentials): hint(for: credentials, observation)
        case .timedOut(let limit), .noTurn(let limit):
            hint(for: limit, in: failure.phase, observation.security)
        case .connectionLost where failure.phase == .http2 && !observation.security.isTLS:
            "a TLS port closes plaintext connections like this: -tls speaks TLS"
        case .connectionLost where failure.phase == .http2:
            hint(forLossTo: observation.security.summary?.clientCertificate ?? .notWanted)
        case .connectionLost where failure.phase == .tls:
            hint(forPlaintextPort: observation.security)
        case .notHTTP2(let greeting) where greeting.kind == .tls: "-tls speaks TLS"
        // nginx, Apache and Go say so of plaintext on a TLS port.
        case .notHTTP2(let greeting)
        where greeting.isBadRequest && !observation.security.isTLS:
            "is this a gRPC port? a TLS port may answer like this, too: -tls speaks TLS"
        case .tls(let failure): hint(for: failure, observation.security)
        case .refused(let status): hint(for: status, observation)
        case .notGRPC(let answer): hint(for: answer, observation.method)
        case .goAway(_, let text) where speaksOfPings(text): hint(forPingsOf: observation.request)
        case .goAway(.enhanceYourCalm, _): "the server wants fewer requests"
        case .streamReset(let code) where code.rawValue == 0xd:
            "the server wants HTTP/1.1 here"
        default: nil
        }
    }

    /// Which flag sets the limit; and whether `-tls` is too much or missing, since a server that
    /// waits for a handshake, or does not know one, is silent.
    private static func hint(
        for limit: Limit, in phase: Phase, _ security: TransportSecurity
    ) -> String? {
        guard let flag = limit.flag else { return nil }
        let setter = "\(flag) sets the limit"
        return switch phase {
        case .http2 where !security.isTLS:
            "a TLS port waits like this for a TLS client: -tls speaks TLS; " + setter
        case .tls: "\(hint(forPlaintextPort: security)); \(setter)"
        default: setter
        }
    }

    private static func hint(forPlaintextPort security: TransportSecurity) -> String {
        "if this is a plaintext port, leave out \(security.flag)"
    }

    /// Some servers do not say what they have against a client's certificate.
    private static func hint(forLossTo use: ClientCertificateUse) -> String? {
        switch use {
        case .notWanted: nil
        case .missing: hint(for: .clientCertificateRequired, .tls(nil))
        case .sent:
            "a server that rejects the client certificate may close the connection like this"
        }
    }

    private static func hint(for status: GRPCStatus, _ observation: Observation) -> String? {
        if status.refusesCompression(of: observation) {
            return "without -gzip the request is not compressed"
        }
        if speaksOfPings(status.message) { return hint(forPingsOf: observation.request) }
        return switch status.code {
        case .notFound: hint(forUnregistered: observation)
        case .unimplemented where mentionsServiceGroup(status.message):
            hint(forServiceGroup: observation.request)
        // grpclib says UNKNOWN of a request that it cannot decompress.
        case .unimplemented where observation.request.isCompressed,
            .unknown where observation.request.isCompressed,
            .internal where observation.request.isCompressed:
            "perhaps the server does not accept compressed requests: try it without -gzip"
        case .unimplemented: hint(forMissing: observation.method)
        // The limit is gRFC A90's.
        case .resourceExhausted where observation.method == .list:
            "servers refuse to list more than 100 services; -service asks for one service by name"
        case .unauthenticated, .permissionDenied:
            "-rpc-header @file sends credentials"
        // Dubbo-go's word for NOT_FOUND.
        case GRPCStatusCode(17) where status.message == Array("unknown service".utf8):
            isMethodPath(observation.service)
                ? noMethod
                : "the service is not registered; Dubbo-go calls one that has a group or a version"
                    + " group/interface:version"
        default: nil
        }
    }

    private static func hint(forUnregistered observation: Observation) -> String? {
        let service = observation.service
        if observation.method == .list { return nil }
        if service.utf8.spells(healthService) || isMethodPath(service) { return noMethod }
        guard service.isEmpty else { return nil }
        return "this server has no overall status; -service asks for one of its services"
    }

    private static let healthService = "grpc.health.v1.Health"
    private static let noMethod =
        "-service names the service to ask about, not the health service or a method"

    /// Whether a service name is the path of a method, as `grpcurl` and HTTP/2 write it:
    /// `/package.Service/Method`, without the first slash, or anything of the health service.
    ///
    /// A slash alone proves nothing, because Dubbo-go's names are `group/interface:version`, where
    /// each of group and version may be missing. But an interface has a package, so that there is
    /// a dot behind the slash, and a method is one word, with the dots of a package before it.
    private static func isMethodPath(_ service: String) -> Bool {
        let name = Array(service.utf8)
        if name.first == UInt8(ascii: "/") { return true }
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { return false }
        let (owner, method) = (name[..<slash], name[(slash + 1)...])
        if owner.spells(healthService) { return true }
        let isWord: (UInt8) -> Bool = {
            $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
        }
        return owner.contains(UInt8(ascii: ".")) && !method.isEmpty && method.allSatisfy(isWord)
    }

    /// Dubbo-go says so where the health service has a group or a version that the request does
    /// not name; but also where it names one, and only other services have it.
    private static func hint(forServiceGroup request: RequestTraits) -> String {
        request.namesServiceGroup
            ? "the health service may have no group or version here: leave out tri-service-group"
                + " and tri-service-version, and ask for -service group/interface:version"
            : "the health service has a group or a version here: send it with"
                + " -rpc-header 'tri-service-group: ...' -rpc-header 'tri-service-version: ...'"
    }

    private static func hint(forMissing method: HealthMethod) -> String {
        switch method {
        case .check: "the server has to register grpc.health.v1.Health"
        case .watch: "-poll 5s calls Check every 5 seconds instead"
        case .list:
            "gRPC's health service has had List since 2025, and many servers lack it;"
                + " -service asks for one service by name"
        }
    }

    private static func hint(for answer: HTTPAnswer, _ method: HealthMethod) -> String? {
        switch answer.status {
        case 404 where method == .list:
            "where only List is missing, as in Dubbo-go and Connect servers, -service asks for one"
                + " service by name"
        case 404 where method == .watch:
            "is this a gRPC port? where only Watch is missing, -poll 5s calls Check every 5 seconds"
                + " instead"
        case 404, 405, 415:
            "is this a gRPC port? a proxy in front of the server needs a route for gRPC"
        case 401, 403: "-rpc-header @file sends credentials"
        default: nil
        }
    }

    private static func hint(forPingsOf request: RequestTraits) -> String? {
        request.comesWithPings
            ? "the server wants fewer PINGs: give -keepalive a longer time" : nil
    }

    /// `too_many_pings` (gRPC proposal A8), or "Too many pings" (C-core, of a call that it ends).
    private static func speaksOfPings(_ text: [UInt8]) -> Bool {
        mentions("too_many_pings", text) || mentions("too many pings", text)
    }

    /// Dubbo-go's answer where all its services have a group or a version.
    private static func mentionsServiceGroup(_ message: [UInt8]) -> Bool {
        mentions("service group", message)
    }
}

extension GRPCStatus {
    /// Whether the server says that it does not know the compression of the request
    /// (doc/compression.md: UNIMPLEMENTED). It is not the only thing that UNIMPLEMENTED can mean,
    /// but only servers that mean it speak of it: "Decompressor is not installed for
    /// grpc-encoding" (grpc-go), "Compression algorithm 'gzip' is disabled" (C-core).
    func refusesCompression(of observation: Observation) -> Bool {
        guard observation.request.isCompressed, code == .unimplemented else { return false }
        return mentions("compress", message) || mentions("gzip", message)
    }
}

extension Limit {
    /// The flag that sets it, unless it follows from another limit.
    fileprivate var flag: String? {
        switch self {
        case .connectTimeout: "-connect-timeout"
        case .rpcTimeout: "-rpc-timeout"
        case .runTimeout: "-timeout"
        case .wait: "-wait"
        case .keepalive: nil
        }
    }
}

extension TransportSecurity {
    /// The flag that asks for it, where it is TLS.
    var flag: String { isSPIFFE ? "-spiffe" : "-tls" }
}

/// Whether the words, which are in lower case, stand somewhere in a text, in any case.
private func mentions(_ words: String, _ text: [UInt8]) -> Bool {
    let words = Array(words.utf8)
    guard text.count >= words.count else { return false }
    return (0...text.count - words.count).contains { start in
        text[start..<start + words.count].elementsEqual(words) { $0.asciiLowercased == $1 }
    }
}
