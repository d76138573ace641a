package import Outcome

/// Tells the steps towards a target as they happen, to whoever asked for it.
package final class Journal {
    private let tell: ((Step) -> Void)?

    /// - Parameter tell: nil where nobody asked.
    package init(_ tell: ((Step) -> Void)?) {
        self.tell = tell
    }

    /// - Parameter step: made only where somebody asked for it.
    package func note(_ step: @autoclosure () -> Step) {
        if let tell { tell(step()) }
    }
}
