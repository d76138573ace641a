/// When numbered things are to be done, the earliest first: a binary heap that knows where each
/// number stands, so that a step costs the logarithm of how many there are.
package struct DueQueue {
    private var heap: [(due: Instant, number: Int)] = []
    /// Where each number stands in `heap`; nil for those that are not to be done.
    private var places: [Int?]

    /// - Parameter count: how many numbers there are; they begin with 0.
    package init(count: Int) {
        places = Array(repeating: nil, count: count)
    }

    /// When the first thing is due.
    package var earliest: Instant? { heap.first?.due }

    /// Says when something is due, or that it is not; what was said before is forgotten.
    package mutating func set(_ number: Int, due: Instant?) {
        guard let due else { return remove(number) }
        guard let place = places[number] else {
            heap.append((due, number))
            places[number] = heap.count - 1
            rise(from: heap.count - 1)
            return
        }
        heap[place].due = due
        rise(from: place)
        sink(from: places[number] ?? place)
    }

    /// Takes out the first thing, if it is due.
    package mutating func take(now: Instant) -> Int? {
        guard let first = heap.first, first.due <= now else { return nil }
        remove(first.number)
        return first.number
    }

    private mutating func remove(_ number: Int) {
        guard let place = places[number] else { return }
        exchange(place, heap.count - 1)
        heap.removeLast()
        places[number] = nil
        guard place < heap.count else { return }
        let moved = heap[place].number
        rise(from: place)
        sink(from: places[moved] ?? place)
    }

    private mutating func rise(from place: Int) {
        var child = place
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            exchange(child, parent)
            child = parent
        }
    }

    private mutating func sink(from place: Int) {
        var parent = place
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count {
                if heap[child].due < heap[least].due { least = child }
            }
            guard least != parent else { return }
            exchange(parent, least)
            parent = least
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        guard one != other else { return }
        heap.swapAt(one, other)
        places[heap[one].number] = one
        places[heap[other].number] = other
    }
}
