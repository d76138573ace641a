import Basics
import Testing

@Suite struct FIFOTests {
    @Test func `first in, first out`() {
        var queue = FIFO<Int>()
        var taken: [Int] = []
        for number in 0..<1000 {
            queue.append(number)
            queue.append(number + 1000)
            if let first = queue.popFirst() { taken.append(first) }
        }
        while let first = queue.popFirst() { taken.append(first) }
        #expect(taken == (0..<1000).flatMap { [$0, $0 + 1000] })
        #expect(queue.isEmpty)
        #expect(queue.first == nil)
    }

    @Test func `what is put before all others comes out first`() {
        var queue = FIFO<Int>()
        for number in 3..<6 { queue.append(number) }
        _ = queue.popFirst()
        queue.prepend([1, 2])
        #expect(Array(queue.all) == [1, 2, 4, 5])
        let first = queue.popFirst()
        #expect(first == 1)
        #expect(queue.first == 2)
    }
}
