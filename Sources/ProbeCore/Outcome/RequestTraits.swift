/// What is not the same in every request: a server may refuse one for that alone, and a failure's
/// hint has to know.
package struct RequestTraits: Equatable, Sendable {
    /// Whether it is compressed.
    package var isCompressed: Bool
    /// Whether its metadata name a group or a version of the health service, as Dubbo has them.
    package var namesServiceGroup: Bool

    package init(isCompressed: Bool = false, namesServiceGroup: Bool = false) {
        self.isCompressed = isCompressed
        self.namesServiceGroup = namesServiceGroup
    }
}
