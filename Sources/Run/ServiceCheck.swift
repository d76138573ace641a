import GRPC
import Outcome

/// What is known of one question of a probe: the status of one service, or the list of all.
struct ServiceCheck {
    enum Result {
        case answered(ServingStatus)
        case listed(HealthListResponse)
        case failed(Failure)
    }

    let method: HealthMethod
    /// Empty for the list, too.
    let service: String
    /// Why the peer did not process the call when it was last made.
    private var refusal: Cause?
    /// The result, once there is one.
    private(set) var result: Result?
    /// The number of the observation that has reported the result.
    var observation: Int?

    init(method: HealthMethod, service: String) {
        self.method = method
        self.service = service
    }

    /// The peer did not process the call, which has to be made again.
    mutating func refuse(_ cause: Cause) {
        refusal = cause
    }

    /// The server has answered.
    mutating func receive(_ message: [UInt8]) {
        do throws(BadResponse) {
            result =
                method == .list
                ? .listed(try HealthListResponse.decode(message))
                : .answered(try HealthCheckResponse.decode(message))
        } catch {
            fail(Failure(phase: .rpc, cause: .badResponse(error)))
        }
    }

    /// There will be no answer.
    mutating func fail(_ failure: Failure) {
        result = result ?? .failed(failure)
    }

    /// The call could not be made. Where it was to be made again because the peer had refused it,
    /// the refusal is the news.
    mutating func failUnmade(_ failure: Failure) {
        fail(refusal.map { Failure(phase: .rpc, cause: $0) } ?? failure)
    }
}

extension ServiceCheck.Result {
    /// Makes what there is to report: one observation, or one for each service of a list.
    func report(
        on service: String, _ shared: Circumstances.Shared, _ take: (Observation) -> Void
    ) {
        switch self {
        case .failed(let failure):
            take(Observation(service: service, result: .failed(failure), shared))
        case .answered(let status):
            take(Observation(service: service, result: .answered(status), shared))
        case .listed(let list):
            for (service, status) in list.services {
                take(Observation(service: service, result: .answered(status), shared))
            }
            if list.omitted > 0 {
                let cause = Cause.badResponse(.listTooLong(omitted: list.omitted))
                let failure = Failure(phase: .rpc, cause: cause)
                take(Observation(service: "", result: .failed(failure), shared))
            } else if list.services.isEmpty {
                // A server that lists nothing has told the status of nothing.
                take(Observation(service: "", result: .answered(.unknown), shared))
            }
        }
    }
}
