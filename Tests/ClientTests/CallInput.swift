import Basics
import Client
import GRPC
import Testing

/// One thing that can happen to a call, so that scripts and matrices are tables.
enum CallInput: Sendable, CustomTestStringConvertible {
    case headers([HeaderField], end: Bool)
    case truncatedHeaders(end: Bool)
    case data([UInt8], end: Bool)
    case reset(UInt32)
    case brokenRule
    case lost
    case expired

    static func headers(_ pairs: KeyValuePairs<String, String>, end: Bool) -> CallInput {
        .headers(fields(pairs), end: end)
    }

    func apply(to call: inout GRPCCall, _ messages: inout [[UInt8]]) -> GRPCCall.Action {
        var arrived: [GRPCMessage] = []
        defer { messages += arrived.map(\.bytes) }
        return apply(to: &call, &arrived)
    }

    private func apply(
        to call: inout GRPCCall, _ messages: inout [GRPCMessage]
    ) -> GRPCCall.Action {
        switch self {
        case .headers(let fields, let end): call.receiveHeaders(HeaderBlock(fields), endStream: end)
        case .truncatedHeaders(let end):
            call.receiveHeaders(
                HeaderBlock(fields([":status": "200"])), isTruncated: true, endStream: end)
        case .data(let bytes, let end):
            call.receiveData(bytes, endStream: end, messages: &messages)
        case .reset(let code): call.receiveReset(HTTP2ErrorCode(code))
        case .brokenRule: call.breakRule("a rule")
        case .lost: call.loseConnection(.connectionLost(.closed))
        case .expired: call.expire(.rpcTimeout(.seconds(1)))
        }
    }

    var testDescription: String {
        switch self {
        case .headers(let fields, let end):
            fields.map {
                String(decoding: $0.name + Array("=".utf8) + $0.value, as: UTF8.self)
            }.joined(separator: " ") + (end ? " END" : "")
        case .truncatedHeaders(let end): "truncated headers" + (end ? " END" : "")
        case .data(let bytes, let end): "\(bytes.count) bytes" + (end ? " END" : "")
        case .reset(let code): "RST_STREAM \(code)"
        case .brokenRule: "broken rule"
        case .lost: "lost connection"
        case .expired: "expired"
        }
    }
}

func fields(_ pairs: KeyValuePairs<String, String>) -> [HeaderField] {
    pairs.map { HeaderField(name: Array($0.key.utf8), value: Array($0.value.utf8)) }
}

extension CallInput {
    /// The headers of every gRPC response.
    static let responseHeaders = CallInput.headers(
        [":status": "200", "content-type": "application/grpc"], end: false)
    /// A message that says SERVING.
    static let message = CallInput.data([0, 0, 0, 0, 2, 8, 1], end: false)
    static let okTrailers = CallInput.headers(["grpc-status": "0"], end: true)
}

/// What became of a call.
struct CallOutcome: Equatable {
    var end: GRPCCall.End?
    /// The code of the RST_STREAM that the peer still has to be sent.
    var resetCode: HTTP2ErrorCode?
    var messages: [[UInt8]] = []
}

/// Plays `inputs` to a new call; inputs after its end must change nothing.
func play(_ inputs: [CallInput], kind: GRPCCall.Kind = .unary) -> CallOutcome {
    var call = GRPCCall(kind: kind)
    var outcome = CallOutcome()
    for input in inputs {
        let action = input.apply(to: &call, &outcome.messages)
        switch action {
        case .proceed: break
        case .end(let end):
            #expect(outcome.end == nil, "the call ended twice")
            outcome.end = end
        case .abandon(let end, let code):
            #expect(outcome.end == nil, "the call ended twice")
            outcome.end = end
            outcome.resetCode = code
        }
    }
    return outcome
}
