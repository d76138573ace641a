import Basics
import Testing

@Suite struct DueQueueTests {
    private func instant(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test func `the earliest comes first, and nobody before their time`() {
        var queue = DueQueue(count: 3)
        #expect(queue.earliest == nil)
        queue.set(0, due: instant(30))
        queue.set(1, due: instant(10))
        queue.set(2, due: instant(20))
        #expect(queue.earliest == instant(10))
        #expect(queue.take(now: instant(9)) == nil)
        #expect(queue.take(now: instant(20)) == 1)
        #expect(queue.take(now: instant(20)) == 2)
        #expect(queue.take(now: instant(20)) == nil)
        #expect(queue.earliest == instant(30))
    }

    @Test func `what was said last counts`() {
        var queue = DueQueue(count: 3)
        for number in 0..<3 { queue.set(number, due: instant(Int64(number))) }
        queue.set(0, due: instant(9))
        queue.set(1, due: nil)
        queue.set(2, due: instant(1))
        #expect(queue.take(now: instant(5)) == 2)
        #expect(queue.take(now: instant(5)) == nil)
        #expect(queue.take(now: instant(9)) == 0)
        queue.set(1, due: nil)
        #expect(queue.earliest == nil)
    }

    @Test func `many changes leave it in order`() {
        let count = 200
        var queue = DueQueue(count: count)
        var dues: [Int: Int64] = [:]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let number = Int.random(in: 0..<count, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                dues[number] = nil
                queue.set(number, due: nil)
            } else {
                let due = Int64.random(in: 0..<1_000, using: &random)
                dues[number] = due
                queue.set(number, due: instant(due))
            }
            #expect(queue.earliest == dues.values.min().map { instant($0) })
        }
        while let earliest = queue.earliest {
            guard let number = queue.take(now: earliest) else { break }
            #expect(instant(dues[number] ?? -1) == earliest)
            dues[number] = nil
        }
        #expect(dues.isEmpty)
    }
}
