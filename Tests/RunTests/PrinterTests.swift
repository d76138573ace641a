import Foundation
import Network
import Outcome
import Run
import TestSupport
import Testing

@Suite struct PrinterTests {
    @Test func `results that never end are cut off when the time is up`() throws {
        let folder = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var plan = try RunTests.plan([])
        plan.outputFile = folder + "/results"
        let printer = try Printer.make(for: plan)
        let time = Timekeeper()
        let patience = Printer.Patience(.milliseconds(100), from: time.now)
        let code = printer.finish(.serving, patience, time) { Output("one more\n") }
        #expect(code == .usage)
    }
}
