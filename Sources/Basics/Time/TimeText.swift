extension Duration {
    /// Milliseconds with three decimals, rounded down: `0.412`.
    package var millisecondsText: String {
        let microseconds = max(0, wholeNanoseconds / 1_000)
        return "\(microseconds / 1_000).\(zeroPadded(microseconds % 1_000, to: 3))"
    }

    /// Seconds with nine decimals: `0.000412000`.
    package var secondsText: String { decimalSeconds(nanoseconds: max(0, wholeNanoseconds)) }

    /// The duration as the flags take it: `1s`, `250ms`, `1m30s`, `1.5s`.
    package var goText: String {
        let nanoseconds = wholeNanoseconds
        if nanoseconds < 1_000_000_000 {
            let units: [(size: Int64, symbol: String)] = [(1_000_000, "ms"), (1_000, "us")]
            for unit in units where nanoseconds >= unit.size {
                return decimal(nanoseconds, in: unit.size) + unit.symbol
            }
            return "\(nanoseconds)ns"
        }
        let minutes = nanoseconds / 60_000_000_000
        let rest = nanoseconds % 60_000_000_000
        var text = ""
        if minutes >= 60 { text += "\(minutes / 60)h" }
        if minutes % 60 > 0 { text += "\(minutes % 60)m" }
        if rest > 0 { text += decimal(rest, in: 1_000_000_000) + "s" }
        return text
    }

    /// `value / size` without needless zeros.
    private func decimal(_ value: Int64, in size: Int64) -> String {
        var text = "\(value / size)"
        var rest = value % size
        if rest > 0 { text += "." }
        var place = size / 10
        while rest > 0 {
            text += "\(rest / place)"
            rest %= place
            place /= 10
        }
        return text
    }
}

/// `1700000000.123456789`
package func decimalSeconds(nanoseconds: Int64) -> String {
    "\(nanoseconds / 1_000_000_000).\(zeroPadded(nanoseconds % 1_000_000_000, to: 9))"
}

/// A date in UTC with microseconds (RFC 3339): `2026-01-31T23:59:59.000001Z`.
package func rfc3339(nanosecondsSince1970 time: Int64) -> String {
    dateText(secondsSince1970: time / 1_000_000_000)
        + ".\(zeroPadded(time / 1_000 % 1_000_000, to: 6))Z"
}

/// A date in UTC (RFC 3339) as certificates have them, from the year 0 to 9999:
/// `2026-01-31T23:59:59Z`.
package func rfc3339(secondsSince1970 time: Int64) -> String {
    dateText(secondsSince1970: time) + "Z"
}

private func dateText(secondsSince1970 time: Int64) -> String {
    let second = (time % 86_400 + 86_400) % 86_400
    let (year, month, day) = civilDate(daysSince1970: (time - second) / 86_400)
    return "\(zeroPadded(year, to: 4))-\(zeroPadded(month, to: 2))-\(zeroPadded(day, to: 2))"
        + "T\(zeroPadded(second / 3_600, to: 2)):\(zeroPadded(second / 60 % 60, to: 2))"
        + ":\(zeroPadded(second % 60, to: 2))"
}

/// The Gregorian date of a day.
private func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // Years that begin in March have their leap day at the end, so that the months' lengths
    // (31, 30, 31, 30, 31, ...) are a straight line rounded down: 153 days for five months.
    let sinceMarch0 = days + 719_468
    // Rounded down: the year 0 begins two months before the March that is counted from.
    let era = (sinceMarch0 >= 0 ? sinceMarch0 : sinceMarch0 - 146_096) / 146_097
    let dayOfEra = sinceMarch0 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
