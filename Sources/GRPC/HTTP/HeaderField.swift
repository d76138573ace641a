/// One field of an HTTP/2 header block, as it stands on the wire.
///
/// Values are bytes: HTTP allows octets that are not UTF-8, and `grpc-message` is decoded from
/// bytes. Names are lower case (RFC 9113 section 8.2.1).
package struct HeaderField: Equatable, Sendable {
    package var name: [UInt8]
    package var value: [UInt8]
    /// Whether the value is a secret that nobody on the way may put into a table, from which it
    /// could be guessed piece by piece (RFC 7541 section 7.1.3).
    package var isNeverIndexed: Bool

    package init(name: [UInt8], value: [UInt8], isNeverIndexed: Bool = false) {
        self.name = name
        self.value = value
        self.isNeverIndexed = isNeverIndexed
    }

    package init(_ name: StaticString, _ value: String) {
        self.name = unsafe Array(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.value = Array(value.utf8)
        isNeverIndexed = false
    }
}
