import GRPC
import HTTP2
import Outcome

extension GRPCCall {
    /// Takes an event of the call's stream.
    mutating func receive(_ event: HTTP2Event, messages: inout [GRPCMessage]) -> Action {
        switch event {
        case .headers(_, let block, let isTruncated, let endStream):
            receiveHeaders(block, isTruncated: isTruncated, endStream: endStream)
        case .data(_, let bytes, let endStream):
            receiveData(bytes, endStream: endStream, messages: &messages)
        case .reset(_, let code): receiveReset(code)
        case .closed(_, .notSent): loseConnection(.streamReset(.refusedStream))
        case .closed(_, .unsendable(let text)): loseConnection(.ownFault(.request(text)))
        case .closed(_, .violation(let text)): breakRule(text)
        case .closed(_, .reset(.refusedStream)): loseConnection(.streamReset(.refusedStream))
        // The owner resets no stream whose call goes on: this is the session's answer to a rule
        // that the peer broke.
        case .closed(_, .reset(let code)): breakRule(code.name)
        case .closed(_, .finished): closeStream()
        case .settings, .goAway, .pingAcknowledged, .violation, .frame: .proceed
        }
    }
}

extension HTTP2Event {
    /// The stream that the event is about.
    var stream: StreamID? {
        switch self {
        case .headers(let stream, _, _, _), .data(let stream, _, _), .reset(let stream, _),
            .closed(let stream, _):
            stream
        case .settings, .goAway, .pingAcknowledged, .violation, .frame: nil
        }
    }

    /// The peer says, or implies, that it has not begun the call (RFC 9113 section 8.7).
    var refusesStream: Bool {
        switch self {
        case .reset(_, .refusedStream), .closed(_, .notSent), .closed(_, .reset(.refusedStream)):
            true
        default: false
        }
    }
}
