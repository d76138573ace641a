import Foundation
import HealthProbe
import Network
import ProbeCore
import TestSupport
import Testing

@Suite struct PrinterTests {
    @Test func `results that never end are cut off when the time is up`() throws {
        let folder = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var plan = try HealthProbeTests.plan([])
        plan.outputFile = folder + "/results"
        let printer = try Printer.make(for: plan)
        let patience = Printer.Patience(.milliseconds(100), from: Clock.now())
        let code = printer.finish(.serving, patience) { Output("one more\n") }
        #expect(code == .usage)
    }
}
