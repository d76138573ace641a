/// A queue: first in, first out. What has been taken out is dropped when it is half of all, so that
/// each element is moved once.
package struct FIFO<Element> {
    private var elements: [Element] = []
    /// Where the first one stands that was not taken out.
    private var start = 0

    package init() {}

    package var isEmpty: Bool { start == elements.count }

    package var first: Element? { isEmpty ? nil : elements[start] }

    /// Those in the queue, in their order.
    package var all: ArraySlice<Element> { elements[start...] }

    package mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Puts elements before all others.
    package mutating func prepend(_ first: [Element]) {
        elements = first + elements[start...]
        start = 0
    }

    package mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        start += 1
        if start > elements.count / 2 {
            elements.removeFirst(start)
            start = 0
        }
        return element
    }
}
