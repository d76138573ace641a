import GRPC

/// The tables of RFC 7541: appendix A and appendix B.
enum HPACKTables {
    /// The static table; index 1 is the first entry.
    static let fields: [HeaderField] = [
        HeaderField(":authority", ""), HeaderField(":method", "GET"),
        HeaderField(":method", "POST"), HeaderField(":path", "/"),
        HeaderField(":path", "/index.html"), HeaderField(":scheme", "http"),
        HeaderField(":scheme", "https"), HeaderField(":status", "200"),
        HeaderField(":status", "204"), HeaderField(":status", "206"),
        HeaderField(":status", "304"), HeaderField(":status", "400"),
        HeaderField(":status", "404"), HeaderField(":status", "500"),
        HeaderField("accept-charset", ""), HeaderField("accept-encoding", "gzip, deflate"),
        HeaderField("accept-language", ""), HeaderField("accept-ranges", ""),
        HeaderField("accept", ""), HeaderField("access-control-allow-origin", ""),
        HeaderField("age", ""), HeaderField("allow", ""), HeaderField("authorization", ""),
        HeaderField("cache-control", ""), HeaderField("content-disposition", ""),
        HeaderField("content-encoding", ""), HeaderField("content-language", ""),
        HeaderField("content-length", ""), HeaderField("content-location", ""),
        HeaderField("content-range", ""), HeaderField("content-type", ""),
        HeaderField("cookie", ""), HeaderField("date", ""), HeaderField("etag", ""),
        HeaderField("expect", ""), HeaderField("expires", ""), HeaderField("from", ""),
        HeaderField("host", ""), HeaderField("if-match", ""),
        HeaderField("if-modified-since", ""), HeaderField("if-none-match", ""),
        HeaderField("if-range", ""), HeaderField("if-unmodified-since", ""),
        HeaderField("last-modified", ""), HeaderField("link", ""), HeaderField("location", ""),
        HeaderField("max-forwards", ""), HeaderField("proxy-authenticate", ""),
        HeaderField("proxy-authorization", ""), HeaderField("range", ""),
        HeaderField("referer", ""), HeaderField("refresh", ""), HeaderField("retry-after", ""),
        HeaderField("server", ""), HeaderField("set-cookie", ""),
        HeaderField("strict-transport-security", ""), HeaderField("transfer-encoding", ""),
        HeaderField("user-agent", ""), HeaderField("vary", ""), HeaderField("via", ""),
        HeaderField("www-authenticate", ""),
    ]

    /// The lengths of the Huffman codes of the 256 octets and of the end-of-string symbol. The
    /// code is canonical: the codes themselves follow from the lengths.
    private static let codeLengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28,
        28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11,
        10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8,
        15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5,
        6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
        7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
        23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21,
        23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25,
        26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26,
        28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]

    /// Symbols by code, the code's length in the upper half of the key.
    private static let symbols: [UInt64: Int] = {
        var symbols: [UInt64: Int] = [:]
        var code: UInt64 = 0
        var length: UInt8 = 0
        let order = codeLengths.indices.sorted {
            (codeLengths[$0], $0) < (codeLengths[$1], $1)
        }
        for symbol in order {
            code <<= UInt64(codeLengths[symbol] - length)
            length = codeLengths[symbol]
            symbols[UInt64(length) << 32 | code] = symbol
            code += 1
        }
        return symbols
    }()

    /// The text behind a Huffman coded string; nil where the coding is wrong
    /// (RFC 7541 section 5.2).
    static func huffmanDecoded(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var text: [UInt8] = []
        var code: UInt64 = 0
        var length: UInt64 = 0
        for byte in bytes {
            for bit in stride(from: 7, through: 0, by: -1) {
                code = code << 1 | UInt64(byte >> bit & 1)
                length += 1
                guard let symbol = symbols[length << 32 | code] else { continue }
                guard symbol < 256 else { return nil }
                text.append(UInt8(symbol))
                (code, length) = (0, 0)
            }
        }
        // What is left over is padding: fewer than eight bits, all of them ones.
        return length < 8 && code == (1 << length) - 1 ? text : nil
    }
}
