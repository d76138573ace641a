import Outcome
import Testing

@Suite struct TimingsTests {
    @Test func `a phase begins where the one before ends`() {
        var timings = Timings()
        #expect(timings.beforeHTTP2 == .zero)
        timings.resolve = .milliseconds(1)
        timings.connect = .milliseconds(2)
        #expect(timings.beforeHTTP2 == .milliseconds(3))
    }
}
