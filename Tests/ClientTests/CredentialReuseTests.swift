import Basics
import Client
import Plan
import Testing

@Suite struct CredentialReuseTests {
    private static let asked = Instant(nanoseconds: 1_000_000_000)

    private func allows(_ mode: Mode, isFailure: Bool, since start: Duration) -> Bool {
        CredentialReuse(asksAgain: mode.triesAgain).allows(
            answerOf: Self.asked, isFailure: isFailure, since: Self.asked.advanced(by: start))
    }

    private static let repeating: [Mode] = [
        .wait(WaitPlan(limit: .seconds(60))), .watch(WatchPlan()),
    ]

    @Test(arguments: [Mode.check, .list], [false, true])
    func `a check asks once, whatever comes of it`(mode: Mode, isFailure: Bool) {
        #expect(allows(mode, isFailure: isFailure, since: .seconds(-1)))
        #expect(allows(mode, isFailure: isFailure, since: .seconds(3600)))
    }

    @Test(arguments: repeating)
    func `credentials serve for a while, and then new ones are asked for`(mode: Mode) {
        #expect(allows(mode, isFailure: false, since: .seconds(-1)))
        #expect(allows(mode, isFailure: false, since: .seconds(10)))
        #expect(!allows(mode, isFailure: false, since: .milliseconds(10_001)))
    }

    @Test(arguments: repeating)
    func `a failure is the answer for those who waited, and for nobody else`(mode: Mode) {
        #expect(allows(mode, isFailure: true, since: .seconds(-1)))
        #expect(allows(mode, isFailure: true, since: .zero))
        #expect(!allows(mode, isFailure: true, since: .nanoseconds(1)))
    }
}
