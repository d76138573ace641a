/// Whether to go on asking a server that does not take the calls: as long as there is progress,
/// and once without any.
package struct Persistence {
    /// Whether a call has been answered since the last connection was begun.
    private var hasProgressed = false
    /// How many connections in a row have been begun without an answer before them.
    private var vainConnections = 0

    package init() {}

    /// Whether another connection may be made.
    package var allowsAnother: Bool { hasProgressed || vainConnections == 0 }

    package mutating func answered() {
        hasProgressed = true
    }

    package mutating func connecting() {
        vainConnections = hasProgressed ? 0 : vainConnections + 1
        hasProgressed = false
    }
}
