import StandIns
import Testing

/// The words that hold an address are adjusted, OpenSSL's when it is first called.
@Suite(.serialized) struct RelocationTests {
    private static let openssl = Int(standin_openssl_first)..<Int(standin_openssl_end)
    private static let all = 0..<Int(standin_word_count)

    /// Relocations of these words as a linker packs them: the address of one, then a bit for each
    /// of the 63 words that follow, as long as there are any.
    private static func packed(_ words: [Int]) -> [UInt64] {
        var (table, rest) = ([UInt64](), words[...])
        while let first = rest.popFirst() {
            table.append(UInt64(first) * 8)
            var next = first + 1
            while true {
                var bits: UInt64 = 0
                while let word = rest.first, word < next + 63 {
                    bits |= 1 << UInt64(word - next)
                    rest.removeFirst()
                }
                if bits == 0 { break }
                table.append(bits << 1 | 1)
                next += 63
            }
        }
        return table
    }

    private static func expectAdjusted(_ adjusted: Set<Int>, _ when: String) {
        for index in all {
            let moved: UInt = adjusted.contains(index) ? UInt(standin_base()) : 0
            #expect(standin_word(index) == UInt(index) * 8 &+ moved, "word \(index), \(when)")
        }
    }

    private static func run(_ words: [Int]) {
        let table = packed(words)
        table.withUnsafeBufferPointer { table in
            #expect(standin_start(table.baseAddress, table.count) == 0)
            expectAdjusted(Set(words).subtracting(openssl), "at the start")
            for time in 1...2 {
                _ = standin_first_call()
                expectAdjusted(Set(words), "after call \(time) into OpenSSL")
            }
        }
    }

    @Test func `all, none, and those at the ends`() {
        Self.run(Array(Self.all))
        Self.run(Array(Self.openssl))
        Self.run([0])
        let ends = [Self.openssl.lowerBound, Self.openssl.upperBound]
        Self.run([0] + ends.flatMap { [$0 - 1, $0, $0 + 1] } + [Self.all.upperBound - 1])
    }

    @Test func `any`() {
        for _ in 0..<20 {
            let share = Int.random(in: 1...100)
            let words = Self.all.filter { _ in Int.random(in: 1...100) <= share }
            Self.run(words.isEmpty ? [1] : words)
        }
    }
}
