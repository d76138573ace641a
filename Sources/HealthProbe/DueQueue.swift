import ProbeCore

/// Things to do, the earliest first: a binary heap, so that each step costs the logarithm of how
/// many there are.
struct DueQueue<Element> {
    private var heap: [(due: Instant, element: Element)] = []

    /// When the first thing is due.
    var earliest: Instant? { heap.first?.due }

    mutating func add(_ element: Element, due: Instant) {
        heap.append((due, element))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the first thing, if it is due.
    mutating func take(now: Instant) -> Element? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].due < heap[least].due { least = child }
            }
            guard least != parent else { return first.element }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    mutating func removeAll() {
        heap = []
    }
}
