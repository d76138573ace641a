import GRPC

// The messages of health.proto from the server's side.

extension HealthCheckRequest {
    /// The service that a request names. Unknown fields are skipped, the last name counts, and
    /// none means the empty one, proto3's default.
    static func decode(_ message: [UInt8]) -> ServiceName? {
        var reader = ProtobufReader(message[...])
        var name = ServiceName.overall
        do throws(ProtobufError) {
            while let field = try reader.nextField() {
                guard field.number == 1, case .bytes(let bytes) = field.value else { continue }
                guard let found = ServiceName(wire: bytes) else { return nil }
                name = found
            }
        } catch {
            return nil
        }
        return name
    }
}

extension HealthCheckResponse {
    /// UNKNOWN is proto3's default and therefore not sent: the message is then empty.
    static func encoded(_ status: ServingStatus) -> [UInt8] {
        guard status != .unknown else { return [] }
        // Enums are int32, which are sign-extended to 64 bits.
        return [1 << 3 | 0] + ProtobufWriter.varint(UInt64(bitPattern: Int64(status.rawValue)))
    }
}

/// `HealthListResponse { map<string, HealthCheckResponse> statuses = 1; }`
enum HealthListResponse {
    /// A map is a repeated field of entries `{ key = 1; value = 2; }`.
    static func encoded(_ entries: [(name: ServiceName, status: ServingStatus)]) -> [UInt8] {
        entries.flatMap { entry in
            let value = HealthCheckResponse.encoded(entry.status)
            return ProtobufWriter.field(
                1, ProtobufWriter.field(1, entry.name.bytes) + ProtobufWriter.field(2, value))
        }
    }
}
