import CNGHTTP2
import GRPC

/// Calls `body` with the fields as nghttp2 takes them. nghttp2 copies names and values before it
/// returns, so the pointers need to live no longer than the call.
func withNameValues<Result>(
    _ block: HeaderBlock, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
) -> Result {
    // nghttp2 does not write there; its pointers just do not say so.
    unsafe block.octets.withUnsafeBufferPointer { octets in
        unsafe withUnsafeTemporaryAllocation(
            of: nghttp2_nv.self, capacity: block.extents.count
        ) { names in
            var next = unsafe octets.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0) }
            for (index, extent) in block.extents.enumerated() {
                let value = unsafe next.map { unsafe $0 + extent.nameSize }
                let flags =
                    extent.isNeverIndexed ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
                unsafe names.initializeElement(
                    at: index,
                    to: nghttp2_nv(
                        name: next, value: value, namelen: extent.nameSize,
                        valuelen: extent.valueSize, flags: UInt8(flags.rawValue)))
                unsafe next = value.map { unsafe $0 + extent.valueSize }
            }
            return unsafe body(UnsafePointer(names.baseAddress), names.count)
        }
    }
}
