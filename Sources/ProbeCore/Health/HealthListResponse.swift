/// `HealthListResponse { map<string, HealthCheckResponse> statuses = 1; }`
package enum HealthListResponse {
    /// The services in a message, sorted by the bytes of their names, the overall server (`""`)
    /// first.
    package static func decode(
        _ message: [UInt8]
    ) throws(BadResponse) -> [(service: String, status: ServingStatus)] {
        let entries: [Entry]
        do throws(ProtobufError) {
            entries = try self.entries(in: message)
        } catch {
            throw .malformedMessage(error)
        }
        guard entries.count <= Limits.listedServices else { throw .tooManyServices }
        return lastOfEach(entries).map { ($0.text, $0.status) }
    }

    /// The entries in the order of the message; no more than prove that there are too many.
    private static func entries(in message: [UInt8]) throws(ProtobufError) -> [Entry] {
        var reader = ProtobufReader(message[...])
        var entries: [Entry] = []
        while entries.count <= Limits.listedServices, let field = try reader.nextField() {
            if field.number == 1, case .bytes(let bytes) = field.value {
                entries.append(try Entry(bytes, index: entries.count))
            }
        }
        return entries
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
