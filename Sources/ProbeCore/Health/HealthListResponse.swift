package enum HealthListResponse {
    package static func decode(_ message: [UInt8]) throws(BadResponse) -> [(service: String, status: ServingStatus)] { [] }
}
