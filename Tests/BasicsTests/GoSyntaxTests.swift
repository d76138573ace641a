import Basics
import Testing

@Suite struct GoSyntaxTests {
    @Test(arguments: ["1", "t", "T", "TRUE", "true", "True"])
    func `every true of Go is true`(text: String) {
        #expect(Bool(goSyntax: text) == true)
    }

    @Test(arguments: ["0", "f", "F", "FALSE", "false", "False"])
    func `every false of Go is false`(text: String) {
        #expect(Bool(goSyntax: text) == false)
    }

    @Test(arguments: ["", "tRUE", "yes", "no", "on", "2", "01", "true ", "y"])
    func `nothing else is a boolean`(text: String) {
        #expect(Bool(goSyntax: text) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+0", 0), ("0s", 0), ("0h0m0s", 0),
            ("5s", 5_000_000_000), ("30s", 30_000_000_000), ("1478s", 1_478_000_000_000),
            ("-5s", -5_000_000_000), ("+5s", 5_000_000_000),
            ("5.0s", 5_000_000_000), ("5.6s", 5_600_000_000), ("5.s", 5_000_000_000),
            (".5s", 500_000_000), ("-.5s", -500_000_000), ("+.5s", 500_000_000),
            ("1.0s", 1_000_000_000), ("1.00s", 1_000_000_000), ("1.004s", 1_004_000_000),
            ("1.0040s", 1_004_000_000), ("100.00100s", 100_001_000_000),
            ("10ns", 10), ("11us", 11_000), ("12\u{B5}s", 12_000), ("12\u{3BC}s", 12_000),
            ("13ms", 13_000_000), ("14s", 14_000_000_000), ("15m", 900_000_000_000),
            ("16h", 57_600_000_000_000),
            ("3h30m", 12_600_000_000_000), ("1m30s", 90_000_000_000),
            ("10.5s4m", 250_500_000_000), ("-2m3.4s", -123_400_000_000),
            ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("1s1s", 2_000_000_000),
            ("39h9m14.425s", 140_954_425_000_000),
            ("52763797000ns", 52_763_797_000),
            // Digits too small to count, and a rounding that Go makes alike.
            ("0.3333333333333333333h", 1_200_000_000_000), ("1.9ns", 1), ("0.9ns", 0),
            ("9007199254740993ns", 9_007_199_254_740_993),
            ("0.100000000000000000000h", 360_000_000_000),
            ("0.9223372036854775807m", 55_340_232_221),
            ("0.9223372036854775807h", 3_320_413_933_267),
            ("0.9223372036854775808h", 3_320_413_933_267),
            ("0.830103483285477580700h", 2_988_372_539_827),
            // The ends of 64 bits.
            ("9223372036854775807ns", .max), ("9223372036854775.807us", .max),
            ("9223372036s854ms775us807ns", .max),
            ("-9223372036854775807ns", -.max), ("-9223372036854775808ns", .min),
            ("-9223372036854775.808us", .min), ("-9223372036s854ms775us808ns", .min),
            ("-2562047h47m16.854775808s", .min),
        ] as [(String, Int64)])
    func `durations are read as Go reads them`(text: String, nanoseconds: Int64) throws {
        #expect(try Duration(goSyntax: text) == .nanoseconds(nanoseconds))
    }

    @Test(
        arguments: [
            ("", .invalid), ("-", .invalid), ("+", .invalid), ("s", .invalid), (".", .invalid),
            ("-.", .invalid), (".s", .invalid), ("+.s", .invalid), ("--1s", .invalid),
            (" 1s", .invalid), ("1s ", .invalid), ("1x", .invalid), ("1sec", .invalid),
            ("1S", .invalid), ("1d", .invalid), ("1\u{B5}", .invalid), ("1e3s", .invalid),
            ("1s-1s", .invalid), ("s1", .invalid), ("3000s!", .invalid), ("1\u{FF}s", .invalid),
            ("1", .missingUnit), ("3", .missingUnit), ("-3", .missingUnit), ("1.", .missingUnit),
            ("1.5", .missingUnit), ("1s5", .missingUnit), ("00", .missingUnit),
            ("1..5s", .missingUnit),
            ("9223372036854775808ns", .outOfRange), ("9223372036854775.808us", .outOfRange),
            ("9223372036854ms775us808ns", .outOfRange), ("-9223372036854775809ns", .outOfRange),
            ("9223372036854775810ns", .outOfRange), ("3000000h", .outOfRange),
            ("2562048h", .outOfRange), ("9223372036854775807ns1ns", .outOfRange),
            ("-9223372036854775808ns1ns", .outOfRange),
            ("99999999999999999999999s", .outOfRange), ("18446744073709551616ns", .outOfRange),
        ] as [(String, DurationError)])
    func `what is no duration for Go is none here`(text: String, error: DurationError) {
        #expect(throws: error) { try Duration(goSyntax: text) }
    }
}
