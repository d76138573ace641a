import Basics
import GRPC
import Outcome
import TestSupport
import Testing

@Suite struct ExitCodeTests {
    private static let rows: [ExitRow] = [
        ExitRow("SERVING", .answered(.serving), 0),
        ExitRow("NOT_SERVING", .answered(.notServing), 4),
        ExitRow("UNKNOWN", .answered(.unknown), 5),
        ExitRow("99", .answered(ServingStatus(99)), 5),
        ExitRow("-1", .answered(ServingStatus(-1)), 5),
        ExitRow("SERVICE_UNKNOWN", .answered(.serviceUnknown), 6),
        ExitRow("no name", .failed(Failure(phase: .resolve, cause: .nameNotFound)), 2),
        ExitRow("no connection", .failed(Failure(phase: .connect, cause: .unreachable([]))), 2),
        ExitRow(
            "too slow a connection",
            .failed(Failure(phase: .connect, cause: .timedOut(.connectTimeout(.seconds(1))))), 2),
        ExitRow(
            "not HTTP/2",
            .failed(Failure(phase: .http2, cause: .notHTTP2(Greeting(bytes: [0x53])))), 2),
        ExitRow(
            "closed before settings",
            .failed(Failure(phase: .http2, cause: .connectionLost(.closed))), 2),
        ExitRow(
            "the run was over before the settings",
            .failed(Failure(phase: .http2, cause: .timedOut(.runTimeout(.seconds(1))))), 2),
        ExitRow(
            "closed before the answer",
            .failed(Failure(phase: .rpc, cause: .connectionLost(.closed))), 3),
        ExitRow(
            "too slow an answer",
            .failed(Failure(phase: .rpc, cause: .timedOut(.rpcTimeout(.seconds(1))))), 3),
        ExitRow(
            "NOT_FOUND",
            .failed(Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .notFound)))), 3),
        ExitRow(
            "UNIMPLEMENTED",
            .failed(Failure(phase: .rpc, cause: .refused(GRPCStatus(code: .unimplemented)))), 3),
    ]

    @Test(arguments: rows)
    fileprivate func `a result has its exit code`(row: ExitRow) {
        #expect(ExitCode(of: row.result).rawValue == row.code)
        let alone = [Observation(row.result)]
        #expect(ExitCode(of: alone, binary: false).rawValue == row.code)
        #expect(ExitCode(of: alone, binary: true).rawValue == (row.code == 0 ? 0 : 1))
    }

    @Test func `of several results the smallest code but zero counts`() {
        for first in Self.rows {
            for second in Self.rows {
                for third in Self.rows {
                    let codes = [first.code, second.code, third.code]
                    let expected = codes.filter { $0 != 0 }.min() ?? 0
                    let all = [first, second, third].map { Observation($0.result) }
                    #expect(ExitCode(of: all, binary: false).rawValue == expected)
                    #expect(ExitCode(of: all, binary: true).rawValue == min(expected, 1))
                }
            }
        }
    }

    @Test func `the usage code is 1`() {
        #expect(ExitCode.usage.rawValue == 1)
    }
}

private struct ExitRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var result: Observation.Result
    var code: Int32

    init(_ name: String, _ result: Observation.Result, _ code: Int32) {
        testDescription = name
        self.result = result
        self.code = code
    }
}
