import Basics

/// The places for connections that the targets of a watch share (`-concurrency`). Who finds none
/// free stands in line, so that nobody is passed over.
package final class ConnectionPlaces {
    private var free: Int
    /// Those who wait, in their order.
    private var queue = FIFO<Int>()
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
    package var areShort: Bool { free == 0 && !queue.isEmpty }

    /// Whether this target would be given a place now.
    package func isTurn(of target: Int) -> Bool {
        free > 0 && (queue.first ?? target) == target
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
        _ = queue.popFirst()
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
        if free > 0, let first = queue.first, called != first {
            called = first
            return called
        }
        guard areShort, let target = resting.popLast() else { return nil }
        isResting[target] = false
        return target
    }
}
