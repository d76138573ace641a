import CNGHTTP2
import ProbeCore

/// Calls `body` with the fields as nghttp2 takes them. nghttp2 copies names and values before it
/// returns, so the pointers need to live no longer than the call.
func withNameValues<Result>(
    _ fields: [HeaderField],
    _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
) -> Result {
    // One flat copy of all the octets gives every field a stable address.
    var octets: [UInt8] = []
    octets.reserveCapacity(fields.reduce(0) { $0 + $1.name.count + $1.value.count })
    for field in fields {
        octets += field.name
        octets += field.value
    }
    return unsafe octets.withUnsafeMutableBufferPointer { octets in
        var names: [nghttp2_nv] = unsafe []
        unsafe names.reserveCapacity(fields.count)
        var offset = 0
        for field in fields {
            let name = unsafe octets.baseAddress.map { unsafe $0 + offset }
            let value = unsafe name.map { unsafe $0 + field.name.count }
            let flags =
                field.isNeverIndexed ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
            unsafe names.append(
                nghttp2_nv(
                    name: name, value: value, namelen: field.name.count,
                    valuelen: field.value.count, flags: UInt8(flags.rawValue)))
            offset += field.name.count + field.value.count
        }
        return unsafe names.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }
}
