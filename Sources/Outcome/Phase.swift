/// Where in a check something happened; the words are interface (failure lines, JSON).
package enum Phase: Equatable, Sendable {
    /// SPIFFE credentials are fetched.
    case spiffe
    case resolve
    case connect
    case tls
    case http2
    case rpc

    package var word: String {
        switch self {
        case .spiffe: "spiffe"
        case .resolve: "resolve"
        case .connect: "connect"
        case .tls: "tls"
        case .http2: "http2"
        case .rpc: "rpc"
        }
    }
}
