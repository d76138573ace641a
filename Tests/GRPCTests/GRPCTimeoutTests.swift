import Testing

@Suite struct GRPCTimeoutTests {
    @Test(
        arguments: [
            (.nanoseconds(1), "1n"),
            (.nanoseconds(99_999_999), "99999999n"),
            (.nanoseconds(100_000_000), "100000u"),
            // Rounded up: a server must not give up before its client does.
            (.nanoseconds(100_000_001), "100001u"),
            (.nanoseconds(100_000_999), "100001u"),
            (.nanoseconds(100_001_000), "100001u"),
            (.milliseconds(900), "900000u"),
            (.seconds(1), "1000000u"),
            (.microseconds(99_999_999), "99999999u"),
            (.nanoseconds(99_999_999_001), "100000m"),
            (.seconds(100), "100000m"),
            (.milliseconds(99_999_999), "99999999m"),
            (.milliseconds(100_000_000), "100000S"),
            (.seconds(99_999_999), "99999999S"),
            (.seconds(100_000_000), "1666667M"),
            (.seconds(99_999_999 * 60), "99999999M"),
            (.seconds(99_999_999 * 60 + 1), "1666667H"),
            (.nanoseconds(Int64.max), "2562048H"),
            // Whatever is longer than 292 years is as good as that.
            (.seconds(Int64.max), "2562048H"),
        ] as [(Duration, String)])
    func `a timeout has at most eight digits and the finest unit`(time: Duration, text: String) {
        #expect(time.grpcTimeout == text)
    }

    @Test func `a timeout never promises less time than there is`() throws {
        let units: [Character: Int64] = [
            "n": 1, "u": 1_000, "m": 1_000_000, "S": 1_000_000_000, "M": 60_000_000_000,
            "H": 3_600_000_000_000,
        ]
        for bits in 0..<62 {
            for offset: Int64 in [-1, 0, 1] where (Int64(1) << bits) + offset > 0 {
                let nanoseconds = (Int64(1) << bits) + offset
                let text = Duration.nanoseconds(nanoseconds).grpcTimeout
                let value = try #require(Int64(text.dropLast()))
                let unit = try #require(text.last.flatMap { units[$0] })
                #expect(text.dropLast().count <= 8)
                #expect(value * unit >= nanoseconds)
                #expect((value - 1) * unit < nanoseconds)
            }
        }
    }
}
