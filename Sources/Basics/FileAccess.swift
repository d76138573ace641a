/// A file that the command line names, read by the caller.
package enum FileContents: Equatable, Sendable {
    case bytes([UInt8])
    case unreadable(reason: String)
    /// Larger than the limit that was set for it.
    case tooLarge
    /// A pipe whose writer had not come to its end when the time was up.
    case late
}

/// Reads files for those who know their names only while they work.
package struct FileAccess: Sendable {
    /// The contents of the file at a path, if it has no more bytes than the limit.
    package var read: @Sendable (String, Int) -> FileContents
    /// The names in a directory, at most so many; none if it cannot be read.
    package var list: @Sendable (String, Int) -> [String]

    package init(
        read: @escaping @Sendable (String, Int) -> FileContents,
        list: @escaping @Sendable (String, Int) -> [String]
    ) {
        self.read = read
        self.list = list
    }

    /// There are no files.
    package static let none = FileAccess(
        read: { _, _ in .unreadable(reason: "there is none") }, list: { _, _ in [] })
}
