import Run
import Testing

@Suite struct BackoffTests {
    /// The first delays in milliseconds, from 1 s by 1.6 each, spread by 20 % at most.
    @Test(
        arguments: [
            (
                0,
                [1000, 1600, 2560, 4096, 6553, 10485, 16777, 26843, 42949, 68719, 109951, 120_000]
            ),
            (-1, [800, 1280, 2048, 3276, 5242, 8388, 13421, 21474, 34359, 54975, 87960, 96_000]),
            (
                1,
                [1200, 1920, 3072, 4915, 7864, 12582, 20132, 32212, 51539, 82463, 131_941, 144_000]
            ),
            (0.5, [1100, 1760, 2816]),
        ] as [(Double, [Int64])])
    func `delays grow as gRPC's document says`(random: Double, expected: [Int64]) {
        var backoff = Backoff()
        for milliseconds in expected {
            let delay = backoff.next(random: random)
            let distance = delay - .milliseconds(milliseconds)
            #expect(distance > .milliseconds(-2) && distance < .milliseconds(2), "\(delay)")
        }
    }

    @Test func `two minutes are the most`() {
        var backoff = Backoff()
        for _ in 0..<1000 { _ = backoff.next(random: 1) }
        #expect(backoff.next(random: 0) == .seconds(120))
        #expect(backoff.next(random: 1) == .seconds(144))
        #expect(backoff.next(random: -1) == .seconds(96))
    }

    @Test func `chance spreads a delay and not those after it`() {
        var lucky = Backoff()
        var unlucky = Backoff()
        _ = lucky.next(random: -1)
        _ = unlucky.next(random: 1)
        #expect(lucky == unlucky)
    }

    @Test func `after a success it begins anew`() {
        var backoff = Backoff()
        for _ in 0..<20 { _ = backoff.next(random: 0) }
        backoff.reset()
        #expect(backoff == Backoff())
        #expect(backoff.next(random: 0) == .seconds(1))
    }
}
