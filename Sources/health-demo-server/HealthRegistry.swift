package import GRPC

/// The name of a service. Names are compared byte for byte (health-checking.md: the match is
/// exact), where `String` would take different spellings of one letter for the same.
package struct ServiceName: Hashable, Comparable {
    package let bytes: [UInt8]

    package init(_ name: String) {
        bytes = Array(name.utf8)
    }

    /// A name from the wire; nil where it is not UTF-8, which proto3 demands of strings.
    package init?(wire bytes: some Collection<UInt8>) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        self.bytes = Array(bytes)
    }

    /// The empty name, which stands for the server as a whole.
    package static let overall = ServiceName("")

    package static func < (left: ServiceName, right: ServiceName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

/// The services of a server and how they are.
package struct HealthRegistry {
    /// What `HealthListResponse` holds at most (gRFC A90).
    package static let listLimit = 100

    private var statuses: [ServiceName: ServingStatus] = [:]

    package init(_ statuses: [(ServiceName, ServingStatus)] = []) {
        for (name, status) in statuses { self.statuses[name] = status }
    }

    package subscript(name: ServiceName) -> ServingStatus? {
        statuses[name]
    }

    /// What those who watch a service are told of it; there may be no such service.
    package func watchedStatus(of name: ServiceName) -> ServingStatus {
        statuses[name] ?? .serviceUnknown
    }

    /// All services, sorted by name.
    package var entries: [(name: ServiceName, status: ServingStatus)] {
        statuses.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Sets the status of a service, and registers it where it is new. Returns whether those who
    /// watch it have news.
    package mutating func set(_ name: ServiceName, to status: ServingStatus) -> Bool {
        let before = watchedStatus(of: name)
        statuses[name] = status
        return before != status
    }

    /// Removes a service. Returns whether those who watch it have news; nil where there is no
    /// such service.
    package mutating func remove(_ name: ServiceName) -> Bool? {
        guard let status = statuses.removeValue(forKey: name) else { return nil }
        return status != .serviceUnknown
    }
}
