// How Go spells a boolean and a duration: scripts written for `grpc_health_probe` rely on it.

extension Bool {
    /// A boolean as Go's `strconv.ParseBool` reads it.
    package init?(goSyntax text: String) {
        for truth in ["1", "t", "T", "TRUE", "true", "True"] where text.utf8.spells(truth) {
            self = true
            return
        }
        for falsehood in ["0", "f", "F", "FALSE", "false", "False"]
        where text.utf8.spells(falsehood) {
            self = false
            return
        }
        return nil
    }
}

package enum DurationError: Error, Equatable {
    case invalid
    case missingUnit
    /// More nanoseconds than fit into 64 bits: 2,562,047 hours are the limit.
    case outOfRange
}

extension Duration {
    /// A duration as Go's `time.ParseDuration` reads it: numbers with units, such as `300ms`,
    /// `1.5s` or `1m30s`, behind an optional sign; or a plain `0`.
    ///
    /// Where Go rounds, this rounds alike: fractions go through a `Double`.
    package init(goSyntax text: String) throws(DurationError) {
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { throw .invalid }
        if rest.spells("0") {
            self = .zero
            return
        }
        // The magnitude may be one more than Int64.max: that is what a minus sign allows.
        var magnitude: UInt64 = 0
        while !rest.isEmpty {
            let part = try GoDurationPart(consuming: &rest)
            let (sum, overflow) = magnitude.addingReportingOverflow(part.nanoseconds)
            guard !overflow, sum <= GoDurationPart.limit else { throw .outOfRange }
            magnitude = sum
        }
        guard magnitude < GoDurationPart.limit || isNegative else { throw .outOfRange }
        let nanoseconds = Int64(truncatingIfNeeded: magnitude)
        self = .nanoseconds(isNegative ? 0 &- nanoseconds : nanoseconds)
    }
}

/// One number with its unit, such as the `30s` of `1m30s`.
private struct GoDurationPart {
    static let limit: UInt64 = 1 << 63

    var nanoseconds: UInt64

    init(consuming text: inout ArraySlice<UInt8>) throws(DurationError) {
        let integer = text.prefix { $0.isASCIIDigit }
        text = text[integer.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if text.first == UInt8(ascii: ".") {
            fraction = text.dropFirst().prefix { $0.isASCIIDigit }
            text = text[fraction.endIndex...]
        }
        guard !integer.isEmpty || !fraction.isEmpty else { throw .invalid }
        let unit = text.prefix { !$0.isASCIIDigit && $0 != UInt8(ascii: ".") }
        text = text[unit.endIndex...]
        guard !unit.isEmpty else { throw .missingUnit }
        guard let scale = GoDurationPart.nanoseconds(in: unit) else { throw .invalid }

        let (product, overflow) = try GoDurationPart.integer(integer)
            .multipliedReportingOverflow(by: scale)
        guard !overflow, product <= GoDurationPart.limit else { throw .outOfRange }
        let sum = product + GoDurationPart.fraction(fraction, of: scale)
        guard sum <= GoDurationPart.limit else { throw .outOfRange }
        nanoseconds = sum
    }

    private static func nanoseconds(in unit: ArraySlice<UInt8>) -> UInt64? {
        if unit.spells("ns") { return 1 }
        // Unicode has two letters that look like this: the micro sign and the Greek letter mu.
        if unit.spells("us") || unit.spells("\u{B5}s") || unit.spells("\u{3BC}s") {
            return 1_000
        }
        if unit.spells("ms") { return 1_000_000 }
        if unit.spells("s") { return 1_000_000_000 }
        if unit.spells("m") { return 60_000_000_000 }
        if unit.spells("h") { return 3_600_000_000_000 }
        return nil
    }

    private static func integer(_ digits: ArraySlice<UInt8>) throws(DurationError) -> UInt64 {
        var value: UInt64 = 0
        for digit in digits {
            guard value <= limit / 10 else { throw .outOfRange }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
            guard value <= limit else { throw .outOfRange }
        }
        return value
    }

    /// What the digits behind the point are worth. Digits beyond 64 bits are worth nothing.
    private static func fraction(_ digits: ArraySlice<UInt8>, of unit: UInt64) -> UInt64 {
        var value: UInt64 = 0
        var scale = 1.0
        for digit in digits {
            guard value <= (limit - 1) / 10 else { break }
            let next = value * 10 + UInt64(digit - UInt8(ascii: "0"))
            guard next <= limit else { break }
            value = next
            scale *= 10
        }
        return UInt64(Double(value) * (Double(unit) / scale))
    }
}
