import Basics

/// `HealthListResponse { map<string, HealthCheckResponse> statuses = 1; }`
package struct HealthListResponse {
    /// The services, sorted by the bytes of their names, the overall server (`""`) first. There are
    /// no more than `Limits.listedServices`, and their names fit into `Limits.listedNames`.
    package private(set) var services: [(service: String, status: ServingStatus)]
    /// How many entries of the message were left out because there were too many, or their names
    /// too long.
    package private(set) var omitted: Int

    package init(services: [(service: String, status: ServingStatus)], omitted: Int = 0) {
        self.services = services
        self.omitted = omitted
    }

    package static func decode(_ message: [UInt8]) throws(BadResponse) -> HealthListResponse {
        do throws(ProtobufError) {
            var reader = ListReader()
            try reader.read(message)
            return HealthListResponse(
                services: lastOfEach(reader.entries).map { ($0.text, $0.status) },
                omitted: reader.omitted)
        } catch {
            throw .malformedMessage(error)
        }
    }

    /// A map keeps the last entry of each name. Sorting finds it without comparing every name
    /// with every other.
    private static func lastOfEach(_ entries: [Entry]) -> [Entry] {
        var kept: [Entry] = []
        for entry in entries.sorted(by: Entry.precedes) {
            if let previous = kept.last, previous.name == entry.name {
                kept[kept.count - 1] = entry
            } else {
                kept.append(entry)
            }
        }
        return kept
    }
}

/// Takes the entries of a message in their order, until they are too many or too long. What comes
/// then is counted, and still has to be well-formed.
private struct ListReader {
    private(set) var entries: [Entry] = []
    private(set) var omitted = 0
    private var room = Limits.listedNames

    mutating func read(_ message: [UInt8]) throws(ProtobufError) {
        var reader = ProtobufReader(message[...])
        while let field = try reader.nextField() {
            guard field.number == 1, case .bytes(let bytes) = field.value else { continue }
            take(try Entry(bytes, index: entries.count))
        }
    }

    private mutating func take(_ entry: Entry) {
        guard omitted == 0, entries.count < Limits.listedServices, entry.name.count <= room else {
            omitted += 1
            return
        }
        room -= entry.name.count
        entries.append(entry)
    }
}

/// An entry of the map: on the wire a message of its own, `{ string key = 1;
/// HealthCheckResponse value = 2; }` in any order (protobuf.dev, "Encoding", "Maps"). An absent
/// key is the empty name, and an absent value the empty message.
private struct Entry {
    /// Bytes, because the keys of a map are equal only if their bytes are: Swift's strings are
    /// equal already where they look the same.
    var name: [UInt8] = []
    var status = ServingStatus.unknown
    /// Where the entry stood among the others.
    var index: Int

    init(_ message: ArraySlice<UInt8>, index: Int) throws(ProtobufError) {
        self.index = index
        var reader = ProtobufReader(message)
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)):
                name = Array(bytes)
                // Parsers of proto3 refuse any other string (protobuf.dev, "Language Guide
                // (proto 3)", "Scalar Value Types").
                guard isUTF8(name) else { throw .notUTF8 }
            case (2, .bytes(let bytes)):
                // Of a message that comes in pieces, the later ones add to the earlier.
                try HealthCheckResponse.merge(bytes, into: &status)
            default: break
            }
        }
    }

    var text: String { String(decoding: name, as: UTF8.self) }

    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if left.name == right.name { return left.index < right.index }
        return left.name.lexicographicallyPrecedes(right.name)
    }
}
