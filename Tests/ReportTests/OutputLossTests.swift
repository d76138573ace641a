import Outcome
import Report
import TestSupport
import Testing

/// What is said of output that is lost.
@Suite struct OutputLossTests {
    @Test(
        arguments: [
            (
                .failed(.standardOutput, SystemErrorNumber(28)),
                "standard output: no space left on device; results are lost"
            ),
            (
                .failed(.file("/x\n"), SystemErrorNumber(28)),
                "-output-file /x\\n: no space left on device; the file is unchanged"
            ),
            (
                .tooSlow(timeout: .seconds(2)),
                "standard output: the reader did not take everything within 2s (-timeout);"
                    + " results are lost"
            ),
            (
                .tooMany(timeout: .seconds(2)),
                "standard output: not everything could be written within 2s (-timeout);"
                    + " results are lost"
            ),
            (
                .standstill(.seconds(10)),
                "standard output: the reader took nothing for 10s; results are lost"
            ),
            (.notes(1), "1 line of -v was left out: standard error was full"),
            (.notes(20), "20 lines of -v were left out: standard error was full"),
        ] as [(OutputLoss, String)])
    func `each loss is a line`(loss: OutputLoss, text: String) {
        #expect(loss.line == "swift-health-probe: \(text)\n")
    }
}
