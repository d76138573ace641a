import CZlib
package import GRPC

/// Decompresses gzip and zlib data.
package enum Inflater {
    /// The whole of a compressed message.
    ///
    /// - Parameter limit: the size in bytes that the result must not exceed; a few bytes can
    ///   stand for gigabytes.
    package static func inflate(
        _ compressed: [UInt8], limit: Int
    ) throws(BadResponse) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe czlib_inflate_init(&stream) == Z_OK else { throw .noMemory }
        defer { unsafe inflateEnd(&stream) }
        var input = compressed
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        var isOutOfMemory = false
        let isWhole = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = UInt32(input.count)
            while output.count <= limit {
                let (result, count) = unsafe step(&stream, &chunk)
                output += chunk[..<count]
                if result == Z_STREAM_END { return true }
                isOutOfMemory = result == Z_MEM_ERROR
                // An input that ends before its data does is Z_BUF_ERROR.
                guard result == Z_OK else { return false }
            }
            return true
        }
        guard output.count <= limit else { throw .inflatedTooLarge }
        guard !isOutOfMemory else { throw .noMemory }
        guard isWhole else { throw .corruptCompression }
        return output
    }

    private static let chunkSize = 4096

    private static func step(
        _ stream: inout z_stream, _ chunk: inout [UInt8]
    ) -> (result: Int32, count: Int) {
        unsafe chunk.withUnsafeMutableBufferPointer { chunk in
            unsafe stream.next_out = chunk.baseAddress
            unsafe stream.avail_out = UInt32(chunk.count)
            let result = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
            return unsafe (result, chunk.count - Int(stream.avail_out))
        }
    }
}
