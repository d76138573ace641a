/// One field of an HTTP/2 header block, as it stands on the wire.
///
/// Values are bytes: HTTP allows octets that are not UTF-8, and `grpc-message` is decoded from
/// bytes. Names are lower case (RFC 9113 section 8.2.1).
package struct HeaderField: Equatable, Sendable {
    package var name: [UInt8]
    package var value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }

    package init(_ name: StaticString, _ value: String) {
        self.name = unsafe Array(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.value = Array(value.utf8)
    }
}
