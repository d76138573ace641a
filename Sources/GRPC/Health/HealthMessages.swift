/// The methods of `grpc.health.v1.Health` (health.proto).
package enum HealthMethod: Equatable, Sendable {
    case check
    case watch
    case list

    /// The `:path` of a request; case matters.
    package var path: String {
        switch self {
        case .check: "/grpc.health.v1.Health/Check"
        case .watch: "/grpc.health.v1.Health/Watch"
        case .list: "/grpc.health.v1.Health/List"
        }
    }
}

/// `HealthCheckRequest { string service = 1; }`
package enum HealthCheckRequest {
    /// The message without its gRPC prefix. The empty name is proto3's default and therefore
    /// not sent: the message is then empty.
    package static func encoded(service: String) -> [UInt8] {
        service.utf8.isEmpty ? [] : ProtobufWriter.field(1, service.utf8)
    }

    /// The message with its prefix.
    package static func framed(service: String) -> [UInt8] {
        let name = service.utf8
        return MessagePrefix.framed(size: ProtobufWriter.overhead + name.count) {
            if !name.isEmpty { ProtobufWriter.append(1, name, to: &$0) }
        }
    }
}

/// `HealthCheckResponse { ServingStatus status = 1; }`
package enum HealthCheckResponse {
    /// The status in a message. Unknown fields are skipped, the last `status` counts, and a
    /// message without one means UNKNOWN, proto3's default.
    package static func decode(_ message: [UInt8]) throws(BadResponse) -> ServingStatus {
        var status = ServingStatus.unknown
        do throws(ProtobufError) {
            try merge(message[...], into: &status)
        } catch {
            throw .malformedMessage(error)
        }
        return status
    }

    /// Reads a message, or a piece of one, over what was known before.
    static func merge(
        _ message: ArraySlice<UInt8>, into status: inout ServingStatus
    ) throws(ProtobufError) {
        var reader = ProtobufReader(message)
        while let field = try reader.nextField() {
            if field.number == 1, case .varint(let value) = field.value {
                // Enums are int32 on the wire's other side: higher bits are dropped.
                status = ServingStatus(Int32(truncatingIfNeeded: value))
            }
        }
    }
}
