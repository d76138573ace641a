import Basics
import Testing

@Suite struct PercentEncodingTests {
    @Test(
        arguments: [
            ("", ""),
            ("plain text", "plain text"),
            ("a%20b", "a b"),
            ("100%", "100%"),
            ("%e4%bd%a0", "你"),
            ("%E4%BD%A0", "你"),
            ("%%41", "%A"),
            ("%4", "%4"),
            ("%zz", "%zz"),
            ("%4z%41", "%4zA"),
            ("%", "%"),
            ("%%", "%%"),
            ("%25", "%"),
            ("%2525", "%25"),
            ("%41%", "A%"),
            ("+", "+"),
            ("%/0%:0%@0%G0%`0%g0", "%/0%:0%@0%G0%`0%g0"),
        ])
    func `what is no escape stands for itself`(encoded: String, decoded: String) {
        #expect(percentDecoded(Array(encoded.utf8)) == Array(decoded.utf8))
    }

    @Test func `decoded bytes need not be UTF-8`() {
        #expect(percentDecoded(Array("%ff".utf8)) == [0xFF])
        #expect(percentDecoded(Array("%0a%0D%1b%00".utf8)) == [0x0A, 0x0D, 0x1B, 0])
        #expect(percentDecoded([0xC3, 0xFF, 0x25, 0x34, 0x31]) == [0xC3, 0xFF, 0x41])
    }

    @Test func `every byte survives being encoded`() {
        for byte in UInt8.min...UInt8.max {
            let digits = String(byte, radix: 16)
            let escape = "%" + (byte < 16 ? "0" : "") + digits
            #expect(percentDecoded(Array(escape.utf8)) == [byte])
            #expect(percentDecoded(Array(escape.uppercased().utf8)) == [byte])
        }
    }
}
