/// The places for connections that the targets of a watch share (`-concurrency`). Who finds none
/// free stands in line, so that nobody is passed over.
package final class ConnectionPlaces {
    private var free: Int
    /// Those who wait, in their order, from `first` on.
    private var queue: [Int] = []
    private var first = 0
    private var isWaiting: [Bool]
    /// Who was last told that it is their turn.
    private var called: Int?
    /// Those who have a place and could do without it for now.
    private var resting: [Int] = []
    private var isResting: [Bool]

    /// - Parameter targets: how many share them; their numbers begin with 0.
    package init(_ count: Int, targets: Int) {
        free = count
        isWaiting = Array(repeating: false, count: targets)
        isResting = isWaiting
    }

    /// Whether somebody waits while no place is free.
    package var areShort: Bool { free == 0 && first < queue.count }

    /// Whether this target would be given a place now.
    package func isTurn(of target: Int) -> Bool {
        free > 0 && (first == queue.count || queue[first] == target)
    }

    /// Takes a place; where there is none, the target stands in line from now on.
    ///
    /// - Returns: whether it has one.
    package func take(_ target: Int) -> Bool {
        guard isTurn(of: target) else {
            if !isWaiting[target] { queue.append(target) }
            isWaiting[target] = true
            return false
        }
        free -= 1
        guard isWaiting[target] else { return true }
        isWaiting[target] = false
        called = nil
        first += 1
        // What lies behind is dropped when it is half of all, so that each is moved once.
        if first > queue.count / 2 {
            queue.removeFirst(first)
            first = 0
        }
        return true
    }

    package func giveBack() { free += 1 }

    /// Says that a target has a place that it could do without for now.
    package func rest(_ target: Int) {
        guard !isResting[target] else { return }
        isResting[target] = true
        resting.append(target)
    }

    /// A target that can do something about its place: take one, as it is its turn, or give one
    /// back, because others wait. Nil when there is none; asked again until then.
    package func nextToWake() -> Int? {
        if free > 0, first < queue.count, called != queue[first] {
            called = queue[first]
            return called
        }
        guard areShort, let target = resting.popLast() else { return nil }
        isResting[target] = false
        return target
    }
}
