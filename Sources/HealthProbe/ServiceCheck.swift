import Compression
import HTTP2
import ProbeCore

/// One unary call: the check of one service, or the list of all. It is made again as long as the
/// server has not begun to process it.
struct ServiceCheck {
    let method: HealthMethod
    /// Empty for the list, too.
    let service: String
    private var call = GRPCCall(kind: .unary)
    private var messages: [GRPCMessage] = []
    /// Why the peer did not process the call when it was last made.
    private var refusal: Cause?
    /// The result, once there is one.
    private(set) var result: Result?
    /// The number of the observation that has reported the result.
    var observation: Int?

    enum Result {
        case answered(ServingStatus)
        case listed(HealthListResponse)
        case failed(Failure)
    }

    init(method: HealthMethod, service: String) {
        self.method = method
        self.service = service
    }

    var isOver: Bool { result != nil }

    /// The request's message.
    var request: [UInt8] {
        method == .list ? [] : HealthCheckRequest.encoded(service: service)
    }

    /// The call is being made, on a connection whose messages share this room.
    mutating func submitted(in room: MessageRoom) {
        call = GRPCCall(kind: .unary, in: room)
        messages = []
    }

    /// The peer did not process the call, which has to be made again.
    mutating func refuse(_ cause: Cause) {
        refusal = cause
    }

    /// Takes an event of this check's stream.
    ///
    /// - Parameter expired: the limit that has passed by now, if one has.
    /// - Returns: the code to reset the stream with, if need be.
    mutating func receive(_ event: HTTP2Event, expired: Limit?) -> HTTP2ErrorCode? {
        react(call.receive(event, messages: &messages), expired)
    }

    /// The connection will not bring an answer any more.
    mutating func lose(_ cause: Cause) {
        _ = react(call.loseConnection(cause), nil)
    }

    /// The deadline of the call has passed.
    mutating func expire(_ limit: Limit) -> HTTP2ErrorCode? {
        react(call.expire(limit), nil)
    }

    /// There is no connection to make the call on. Where it was meant for a call that the peer had
    /// refused, the refusal is the news.
    mutating func fail(_ phase: Phase, _ cause: Cause) {
        let failure =
            refusal.map { Failure(phase: .rpc, cause: $0) } ?? Failure(phase: phase, cause: cause)
        result = result ?? .failed(failure)
    }

    private mutating func react(
        _ action: GRPCCall.Action, _ expired: Limit?
    ) -> HTTP2ErrorCode? {
        switch action {
        case .proceed: return nil
        case .end(let end):
            conclude(end, expired)
            return nil
        case .abandon(let end, let code):
            conclude(end, expired)
            return code
        }
    }

    private mutating func conclude(_ end: GRPCCall.End, _ expired: Limit?) {
        let end = expired.map { end.attributingCancellation(to: $0) } ?? end
        defer { messages = [] }
        switch end {
        case .ok: result = decodedResponse()
        case .failed(let cause): result = .failed(Failure(phase: .rpc, cause: cause))
        }
    }

    private func decodedResponse() -> Result {
        guard let message = messages.first else {
            preconditionFailure("a unary call is not OK without a message")
        }
        do throws(BadResponse) {
            let bytes = try message.plain()
            return method == .list
                ? .listed(try HealthListResponse.decode(bytes))
                : .answered(try HealthCheckResponse.decode(bytes))
        } catch {
            return .failed(Failure(phase: .rpc, cause: .badResponse(error)))
        }
    }
}

extension ServiceCheck.Result {
    /// What there is to report: one observation, or one for each service of a list.
    func observations(of service: String, _ shared: Circumstances.Shared) -> [Observation] {
        switch self {
        case .failed(let failure):
            return [Observation(service: service, result: .failed(failure), shared)]
        case .answered(let status):
            return [Observation(service: service, result: .answered(status), shared)]
        case .listed(let list):
            var observations = list.services.map {
                Observation(service: $0.service, result: .answered($0.status), shared)
            }
            if list.omitted > 0 {
                let cause = Cause.badResponse(.listTooLong(omitted: list.omitted))
                let failure = Failure(phase: .rpc, cause: cause)
                observations.append(Observation(service: "", result: .failed(failure), shared))
            } else if observations.isEmpty {
                // A server that lists nothing has told the status of nothing.
                observations = [Observation(service: "", result: .answered(.unknown), shared)]
            }
            return observations
        }
    }
}

extension GRPCMessage {
    /// The message decompressed, if it is compressed.
    func plain() throws(BadResponse) -> [UInt8] {
        isCompressed ? try Inflater.inflate(bytes, limit: Limits.messageSize) : bytes
    }
}
