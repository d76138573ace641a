import Basics

extension Duration {
    /// The value of a `grpc-timeout` header (PROTOCOL-HTTP2.md, "Timeout"): at most eight digits
    /// and the finest unit that holds them, rounded up so that the server never gives up early.
    ///
    /// - Precondition: the duration is positive; what has run out is not sent.
    package var grpcTimeout: String {
        let nanoseconds = wholeNanoseconds
        precondition(nanoseconds > 0)
        let units: [(size: Int64, symbol: String)] = [
            (1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S"),
            (60_000_000_000, "M"), (3_600_000_000_000, "H"),
        ]
        for (size, symbol) in units {
            let value = (nanoseconds - 1) / size + 1
            if value <= 99_999_999 { return "\(value)\(symbol)" }
        }
        // Not reachable: 2^63 ns is some 2.6 million hours.
        return "99999999H"
    }
}
