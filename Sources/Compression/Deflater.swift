import CZlib

/// Compresses to gzip.
package enum Deflater {
    /// The whole of a message compressed (RFC 1952); nil where there is no memory for it.
    package static func gzip(_ message: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        guard unsafe czlib_deflate_init(&stream) == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        // With the room for the worst case, one step does it all.
        var output = unsafe [UInt8](
            repeating: 0, count: Int(deflateBound(&stream, UInt(message.count))))
        var input = message
        let isWhole = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                return unsafe CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        precondition(isWhole, "deflateBound promised room enough")
        return unsafe Array(output.prefix(Int(stream.total_out)))
    }
}
