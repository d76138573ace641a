/// What to do about a failure, in one line; nil where nobody can say.
extension FailureText {
    static func hint(for failure: Failure, service: String) -> String? {
        switch failure.cause {
        case .timedOut(.connectTimeout) where failure.phase == .http2:
            "a TLS server waits like this for a TLS client; -connect-timeout sets the limit"
        case .timedOut(.connectTimeout): "-connect-timeout sets the limit"
        case .timedOut(.rpcTimeout): "-rpc-timeout sets the limit"
        case .timedOut(.runTimeout): "-timeout sets the limit"
        case .connectionLost where failure.phase == .http2:
            "a TLS port does so to a plaintext client"
        case .refused(let status): hint(for: status, service: service)
        case .notGRPC(let answer): hint(for: answer)
        case .goAway(.enhanceYourCalm, _): "the server wants fewer requests"
        case .streamReset(let code) where code.rawValue == 0xd:
            "the server wants HTTP/1.1 here"
        default: nil
        }
    }

    private static func hint(for status: GRPCStatus, service: String) -> String? {
        switch status.code {
        case .notFound where service == "grpc.health.v1.Health" || service.contains("/"):
            "-service names the service to ask about, not the health service or a method"
        case .notFound where service.isEmpty:
            "this server has no status as a whole; -service names one of its services"
        case .unimplemented where mentionsServiceGroup(status.message):
            "Dubbo wants -rpc-header 'tri-service-group: ...' and 'tri-service-version: ...'"
        case .unimplemented:
            "the server has to register grpc.health.v1.Health"
        case .unauthenticated, .permissionDenied:
            "-rpc-header @file sends credentials"
        case GRPCStatusCode(17) where status.message == Array("unknown service".utf8):
            "Dubbo-go says so of a service that is not registered"
        default: nil
        }
    }

    private static func hint(for answer: HTTPAnswer) -> String? {
        switch answer.status {
        case 404, 405, 415: "is this a gRPC port? a proxy may need a route for gRPC"
        case 401, 403: "-rpc-header @file sends credentials"
        default: nil
        }
    }

    /// Dubbo-go's answer where all its services have a group or a version.
    private static func mentionsServiceGroup(_ message: [UInt8]) -> Bool {
        let words = Array("service group".utf8)
        guard message.count >= words.count else { return false }
        return (0...message.count - words.count).contains { start in
            message[start..<start + words.count].elementsEqual(words)
        }
    }
}
