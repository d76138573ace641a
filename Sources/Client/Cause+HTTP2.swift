import HTTP2
import Outcome

extension OwnFault {
    /// What is at fault when the session cannot go on, and it is not the peer.
    init(_ error: HTTP2Error) {
        switch error {
        case .outOfMemory: self = .outOfMemory
        case .overrun(let text), .library(let text): self = .http2(text)
        }
    }

    /// The same when it does not take a request.
    init(inRequest error: HTTP2Error) {
        switch error {
        case .outOfMemory: self = .outOfMemory
        case .overrun(let text), .library(let text): self = .request(text)
        }
    }
}

extension Cause {
    /// Why the session takes in nothing more.
    init(receiving error: HTTP2Error) {
        switch error {
        case .overrun(let text): self = .protocolViolation(text)
        case .outOfMemory, .library: self = .ownFault(OwnFault(error))
        }
    }
}
