import Foundation
import GRPC
import Outcome
import Report
import TestSupport
import Testing

@Suite struct JSONReportTests {
    private func line(_ observation: Observation) throws -> String {
        let output = JSONReport.output(of: [observation], quiet: false)
        #expect(output.standardError.isEmpty)
        #expect(output.standardOutput.last == "\n")
        let line = output.standardOutput.dropLast()
        #expect(!line.contains { $0.isNewline })
        return String(line)
    }

    private func object(_ observation: Observation) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(line(observation).utf8))
        return try #require(object as? [String: Any])
    }

    private static var answer: Observation {
        var observation = Observation(
            .answered(.serving), service: "shop.Cart", target: "db:5000")
        observation.address = .ipv6(.loopback, port: 5000)
        observation.wallTime = 1_700_000_000_123_456_789
        observation.timings.resolve = .microseconds(1_500)
        observation.timings.connect = .nanoseconds(999)
        observation.timings.http2 = .zero
        observation.timings.rpc = .milliseconds(250)
        observation.timings.total = .seconds(61)
        return observation
    }

    private static func failure(_ phase: Phase, _ cause: Cause) -> Observation {
        Observation(
            .failed(Failure(phase: phase, cause: cause)), service: "shop.Cart", target: "db:5000")
    }

    @Test func `an answer is one object with its keys in order`() throws {
        #expect(
            try line(Self.answer) == """
                {"time":"2023-11-14T22:13:20.123456Z","target":"db:5000",\
                "address":"[::1]:5000","service":"shop.Cart","status":"SERVING",\
                "healthy":true,"exit_code":0,"grpc_code":0,"grpc_status":"OK",\
                "grpc_origin":"server","elapsed_ms":61000.000,\
                "phases_ms":{"resolve":1.500,"connect":0.000,"http2":0.000,"rpc":250.000}}
                """)
    }

    @Test func `a failure says why, and leaves out what it does not know`() throws {
        var observation = Self.failure(.rpc, .timedOut(.rpcTimeout(.seconds(1))))
        observation.timings.connect = .microseconds(412)
        #expect(
            try line(observation) == """
                {"time":"1970-01-01T00:00:00.000000Z","target":"db:5000",\
                "service":"shop.Cart","healthy":false,"exit_code":3,\
                "grpc_code":4,"grpc_status":"DEADLINE_EXCEEDED",\
                "grpc_origin":"probe","elapsed_ms":0.000,"phases_ms":{"connect":0.412},\
                "failure":{"phase":"rpc","cause":"timeout","initiator":"clock",\
                "message":"no answer within 1s (DEADLINE_EXCEEDED)",\
                "hint":"-rpc-timeout sets the limit"}}
                """)
    }

    @Test func `a server's own status is told apart from one of the probe's`() throws {
        let refused = try object(
            Self.failure(
                .rpc, .refused(GRPCStatus(code: GRPCStatusCode(99), message: Array("no".utf8)))))
        #expect(refused["grpc_origin"] as? String == "server")
        #expect(refused["grpc_code"] as? Int == 99)
        #expect(refused["grpc_status"] as? String == "code 99")
        #expect(refused["grpc_message"] as? String == "no")
        #expect(refused["http_status"] == nil)
        #expect(refused["status"] == nil)

        let http = try object(
            Self.failure(.rpc, .notGRPC(HTTPAnswer(status: 503, contentType: nil))))
        #expect(http["grpc_origin"] as? String == "probe")
        #expect(http["grpc_code"] as? Int == 14)
        #expect(http["http_status"] as? Int == 503)
        #expect(http["grpc_message"] == nil)
        let failure = try #require(http["failure"] as? [String: Any])
        #expect(failure["cause"] as? String == "not_grpc")
        #expect(failure["hint"] == nil)
    }

    @Test(
        arguments: [(0, 5), (1, 0), (2, 4), (3, 6), (99, 5)] as [(Int32, Int)])
    func `only SERVING is healthy`(status: Int32, code: Int) throws {
        let status = ServingStatus(status)
        let object = try object(Observation(.answered(status)))
        #expect(object["healthy"] as? Bool == (status == .serving))
        #expect(object["status"] as? String == status.name)
        #expect(object["exit_code"] as? Int == code)
        #expect(object["failure"] == nil)
        #expect(object["grpc_status"] as? String == "OK")
    }

    @Test func `each result has a line of its own, and quiet is about success`() {
        let observations = [
            Self.answer, Observation(.answered(.notServing)), Self.failure(.resolve, .nameNotFound),
        ]
        let all = JSONReport.output(of: observations, quiet: false).standardOutput
        #expect(all.split(separator: "\n").count == 3)
        let quiet = JSONReport.output(of: observations, quiet: true).standardOutput
        #expect(all.hasSuffix(quiet))
        #expect(quiet.split(separator: "\n").count == 2)
        #expect(JSONReport.output(of: [], quiet: false) == Output())
    }

    @Test func `a list is a line for each service, or one without`() throws {
        var services = ["", "shop.Cart"].map {
            Observation(.answered(.serving), service: $0, target: "db:5000")
        }
        for index in services.indices { services[index].method = .list }
        let lines = JSONReport.output(of: services, quiet: false).standardOutput
            .split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains("\"service\":\"\",\"status\":\"SERVING\""))
        #expect(lines[1].contains("\"service\":\"shop.Cart\",\"status\":\"SERVING\""))

        var failed = Observation(
            .failed(Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .unimplemented)))))
        failed.method = .list
        let failure = try object(failed)
        #expect(failure["service"] == nil)
        #expect(failure["target"] as? String == "localhost:5000")
        failed.method = .check
        #expect(try object(failed)["service"] as? String == "")
    }

    // MARK: Times

    /// The seconds since 1970, and their date; computed with GNU date.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00"),
            (1, "1970-01-01T00:00:01"),
            (59, "1970-01-01T00:00:59"),
            (3_599, "1970-01-01T00:59:59"),
            (86_399, "1970-01-01T23:59:59"),
            (86_400, "1970-01-02T00:00:00"),
            (68_169_599, "1972-02-28T23:59:59"),
            (68_169_600, "1972-02-29T00:00:00"),
            (68_256_000, "1972-03-01T00:00:00"),
            (951_782_400, "2000-02-29T00:00:00"),
            (951_868_800, "2000-03-01T00:00:00"),
            (978_307_199, "2000-12-31T23:59:59"),
            (1_078_012_800, "2004-02-29T00:00:00"),
            (1_735_689_599, "2024-12-31T23:59:59"),
            (2_147_483_647, "2038-01-19T03:14:07"),
            (2_147_483_648, "2038-01-19T03:14:08"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (4_294_967_296, "2106-02-07T06:28:16"),
            (9_223_372_036, "2262-04-11T23:47:16"),
        ] as [(Int64, String)])
    func `a time is a date in UTC`(seconds: Int64, date: String) throws {
        var observation = Self.answer
        observation.wallTime = seconds * 1_000_000_000
        #expect(try line(observation).hasPrefix("{\"time\":\"\(date).000000Z\""))
    }

    @Test func `dates agree with Foundation's through three centuries`() throws {
        let formatter = Date.ISO8601FormatStyle().year().month().day()
        var observation = Self.answer
        for day in stride(from: Int64(0), to: 106_751, by: 13) {
            observation.wallTime = day * 86_400 * 1_000_000_000
            let date = Date(timeIntervalSince1970: Double(day * 86_400)).formatted(formatter)
            let output = JSONReport.output(of: [observation], quiet: false).standardOutput
            guard output.hasPrefix("{\"time\":\"\(date)T00:00:00.000000Z\"") else {
                Issue.record("day \(day) is not \(date)")
                return
            }
        }
    }

    @Test(
        arguments: [
            (0, "000000"), (999, "000000"), (1_000, "000001"), (999_999_999, "999999"),
            (120_000_000, "120000"),
        ] as [(Int64, String)])
    func `a time has microseconds`(nanoseconds: Int64, digits: String) throws {
        var observation = Self.answer
        observation.wallTime = 1_700_000_000_000_000_000 + nanoseconds
        #expect(try line(observation).hasPrefix("{\"time\":\"2023-11-14T22:13:20.\(digits)Z\""))
    }

    @Test(
        arguments: [
            (.zero, "0.000"), (.nanoseconds(999), "0.000"), (.microseconds(1), "0.001"),
            (.microseconds(999), "0.999"), (.milliseconds(1), "1.000"),
            (.microseconds(1_234_567), "1234.567"), (.seconds(3_600), "3600000.000"),
            // Clocks that run backwards are not believed.
            (.microseconds(-5), "0.000"),
        ] as [(Duration, String)])
    func `a duration is a number of milliseconds with three decimals`(
        duration: Duration, text: String
    ) throws {
        var observation = Self.answer
        observation.timings.total = duration
        #expect(try line(observation).contains("\"elapsed_ms\":\(text),"))
    }

    // MARK: Text from outside

    @Test func `any text survives, and stays harmless on a terminal`() throws {
        let texts = [
            "\"", "\\", "\\\"", "\u{0}", "\u{1B}[2J", "\n\r\t\u{8}\u{C}", "\u{7F}\u{85}\u{9B}",
            "\u{2028}\u{2029}", "\u{202E}evil", "\u{E0041}", "{\"a\":1}", "é你🚀", "\u{FFFD}",
            "</script>",
        ]
        for text in texts {
            var observation = Self.failure(
                .rpc, .refused(GRPCStatus(code: .internal, message: Array(text.utf8))))
            observation.service = text
            observation.target.spelling = text
            let line = try line(observation)
            for scalar in line.unicodeScalars {
                #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                #expect(![0x2028, 0x2029, 0x202E, 0xE0041].contains(scalar.value))
            }
            let object = try object(observation)
            #expect(object["grpc_message"] as? String == text)
            #expect(object["service"] as? String == text)
            #expect(object["target"] as? String == text)
        }
    }

    @Test func `bytes that are not UTF-8 are replaced`() throws {
        let message: [UInt8] = [0x61, 0xFF, 0x62, 0xC3]
        let object = try object(
            Self.failure(.rpc, .refused(GRPCStatus(code: .internal, message: message))))
        #expect(object["grpc_message"] as? String == "a\u{FFFD}b\u{FFFD}")
    }

    @Test func `every single byte makes valid JSON`() throws {
        for byte in UInt8.min...UInt8.max {
            let status = GRPCStatus(code: .internal, message: [byte, byte])
            #expect(throws: Never.self) { try object(Self.failure(.rpc, .refused(status))) }
        }
    }

    @Test(arguments: ["x", "é", "你", "🚀"], 0...3)
    func `no more than 4 KiB of a server's message are reported`(
        character: String, shift: Int
    ) throws {
        let message =
            String(repeating: "x", count: shift) + String(repeating: character, count: 100_000)
        let object = try object(
            Self.failure(
                .rpc, .refused(GRPCStatus(code: .internal, message: Array(message.utf8)))))
        let reported = try #require(object["grpc_message"] as? String)
        #expect(message.hasPrefix(reported))
        #expect((4096 - 3...4096).contains(reported.utf8.count))
        let failure = try #require(object["failure"] as? [String: Any])
        #expect(try #require(failure["message"] as? String).utf8.count <= 4096)
    }
}
