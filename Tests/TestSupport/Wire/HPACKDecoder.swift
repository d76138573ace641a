import GRPC

/// Why a client's bytes could not be read as HTTP/2.
package struct WireError: Error, Equatable {
    package var reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// Decodes the header blocks of one connection (RFC 7541).
package struct HPACKDecoder: Sendable {
    /// The dynamic table, newest entry first.
    private var dynamic: [HeaderField] = []
    private var capacity = 4096

    package init() {}

    package mutating func fields(of block: [UInt8]) throws(WireError) -> [HeaderField] {
        var input = Input(bytes: block[...])
        var fields: [HeaderField] = []
        while let first = input.bytes.first {
            if first & 0x80 != 0 {
                fields.append(try entry(try input.integer(prefix: 7)))
            } else if first & 0xc0 == 0x40 {
                let field = try literal(from: &input, prefix: 6)
                insert(field)
                fields.append(field)
            } else if first & 0xe0 == 0x20 {
                capacity = try input.integer(prefix: 5)
                evict()
            } else {
                var field = try literal(from: &input, prefix: 4)
                field.isNeverIndexed = first & 0xf0 == 0x10
                fields.append(field)
            }
        }
        return fields
    }

    private func literal(
        from input: inout Input, prefix: Int
    ) throws(WireError) -> HeaderField {
        let index = try input.integer(prefix: prefix)
        let name = index == 0 ? try input.string() : try entry(index).name
        return HeaderField(name: name, value: try input.string())
    }

    private func entry(_ index: Int) throws(WireError) -> HeaderField {
        let fixed = HPACKTables.fields
        guard index > 0, index <= fixed.count + dynamic.count else {
            throw WireError("HPACK index \(index) is outside both tables")
        }
        return index <= fixed.count ? fixed[index - 1] : dynamic[index - fixed.count - 1]
    }

    private mutating func insert(_ field: HeaderField) {
        dynamic.insert(field, at: 0)
        evict()
    }

    private mutating func evict() {
        while dynamic.reduce(0, { $0 + $1.name.count + $1.value.count + 32 }) > capacity {
            dynamic.removeLast()
        }
    }

    /// What is left of the block.
    private struct Input {
        var bytes: ArraySlice<UInt8>

        mutating func byte() throws(WireError) -> UInt8 {
            guard let byte = bytes.popFirst() else {
                throw WireError("the header block ends too early")
            }
            return byte
        }

        mutating func integer(prefix: Int) throws(WireError) -> Int {
            let limit = (1 << prefix) - 1
            var value = Int(try byte()) & limit
            guard value == limit else { return value }
            for shift in stride(from: 0, to: 28, by: 7) {
                let next = try byte()
                value += Int(next & 0x7f) << shift
                if next & 0x80 == 0 { return value }
            }
            throw WireError("an HPACK integer is too long")
        }

        mutating func string() throws(WireError) -> [UInt8] {
            let coded = (bytes.first ?? 0) & 0x80 != 0
            let length = try integer(prefix: 7)
            guard length <= bytes.count else {
                throw WireError("an HPACK string is longer than its block")
            }
            let text = bytes.prefix(length)
            bytes = bytes.dropFirst(length)
            guard coded else { return Array(text) }
            guard let decoded = HPACKTables.huffmanDecoded(text) else {
                throw WireError("an HPACK string has a wrong Huffman code")
            }
            return decoded
        }
    }
}
