/// `grpc.health.v1.HealthCheckResponse.ServingStatus`. Open, as enums of proto3 are: a number
/// that has no name yet is kept and never mistaken for SERVING.
package struct ServingStatus: Equatable, Sendable {
    package var rawValue: Int32

    package init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let unknown = ServingStatus(0)
    package static let serving = ServingStatus(1)
    package static let notServing = ServingStatus(2)
    package static let serviceUnknown = ServingStatus(3)

    package var name: String {
        switch rawValue {
        case 0: "UNKNOWN"
        case 1: "SERVING"
        case 2: "NOT_SERVING"
        case 3: "SERVICE_UNKNOWN"
        default: "UNRECOGNIZED(\(rawValue))"
        }
    }
}
