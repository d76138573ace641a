/// What is not the same in every request: a server may refuse one for that alone, and a failure's
/// hint has to know.
package struct RequestTraits: Equatable, Sendable {
    /// Whether it is compressed.
    package var isCompressed: Bool
    /// Whether its metadata name a group or a version of the health service, as Dubbo has them.
    package var namesServiceGroup: Bool

    /// Whether PINGs are sent on its connection.
    package var comesWithPings: Bool

    package init(
        isCompressed: Bool = false, namesServiceGroup: Bool = false, comesWithPings: Bool = false
    ) {
        self.isCompressed = isCompressed
        self.namesServiceGroup = namesServiceGroup
        self.comesWithPings = comesWithPings
    }
}
