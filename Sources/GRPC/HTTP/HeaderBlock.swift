/// Header fields in their order and in one piece: a request has nine of them, and would else be
/// eighteen small arrays.
package struct HeaderBlock: Equatable, Sendable {
    /// The octets of a field in `octets`, name and value behind each other.
    package struct Extent: Equatable, Sendable {
        private let sizes: (name: UInt32, value: UInt32)
        /// See `HeaderField`.
        package let isNeverIndexed: Bool

        fileprivate init(_ nameSize: Int, _ valueSize: Int, isNeverIndexed: Bool = false) {
            sizes = (UInt32(nameSize), UInt32(valueSize))
            self.isNeverIndexed = isNeverIndexed
        }

        package var nameSize: Int { Int(sizes.name) }
        package var valueSize: Int { Int(sizes.value) }

        package static func == (left: Extent, right: Extent) -> Bool {
            left.sizes == right.sizes && left.isNeverIndexed == right.isNeverIndexed
        }
    }

    package private(set) var octets: [UInt8]
    package private(set) var extents: [Extent]

    /// - Parameters:
    ///   - size: of all names and values together, in bytes, as far as it is known.
    ///   - count: how many fields there will be.
    package init(size: Int, count: Int) {
        octets = Array(capacity: size) { _ in }
        extents = Array(capacity: count) { _ in }
    }

    package init() {
        (octets, extents) = ([], [])
    }

    package init(_ fields: [HeaderField]) {
        self.init(
            size: fields.reduce(0) { $0 + $1.name.count + $1.value.count }, count: fields.count)
        append(fields)
    }

    package mutating func append(_ name: StaticString, _ value: String) {
        unsafe octets.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        let start = octets.count
        octets += value.utf8
        extents.append(Extent(name.utf8CodeUnitCount, octets.count - start))
    }

    package mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        unsafe name.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
        unsafe value.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
        extents.append(Extent(name.count, value.count))
    }

    package mutating func append(_ fields: [HeaderField]) {
        for field in fields {
            octets += field.name
            octets += field.value
            extents.append(
                Extent(
                    field.name.count, field.value.count, isNeverIndexed: field.isNeverIndexed))
        }
    }

    /// Calls `body` with the name and the value of each field.
    package func forEach(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        let octets = self.octets.span
        var start = 0
        for extent in extents {
            let middle = start + extent.nameSize
            let end = middle + extent.valueSize
            body(octets.extracting(start..<middle), octets.extracting(middle..<end))
            start = end
        }
    }

    /// The fields one by one.
    package var fields: [HeaderField] {
        var rest = octets[...]
        return extents.map { extent in
            let name = Array(rest.prefix(extent.nameSize))
            let value = Array(rest.dropFirst(extent.nameSize).prefix(extent.valueSize))
            rest = rest.dropFirst(extent.nameSize + extent.valueSize)
            return HeaderField(name: name, value: value, isNeverIndexed: extent.isNeverIndexed)
        }
    }
}
