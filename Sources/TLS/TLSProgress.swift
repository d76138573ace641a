package import Outcome

/// What a step of a handshake came to.
package enum TLSHandshake: Equatable {
    /// More of the peer's bytes are needed.
    case wait
    case done(TLSSummary)
    case failed(TLSFailure)
}

/// What a read came to.
package enum TLSProgress: Equatable {
    case moved
    case wait
    /// The peer has said that it will send nothing more.
    case end
    case failed(TLSFailure)
}
