/// One frame, for a trace.
package struct FrameSummary: Equatable, Sendable {
    package enum Direction: Equatable, Sendable {
        case sent
        case received
    }

    package var direction: Direction
    /// The type, stream, length and flags as the frame header has them (RFC 9113 section 4.1).
    package var type: UInt8
    package var flags: UInt8
    package var stream: Int32
    package var length: Int
    /// What the frame says, for the types where that is short: settings, error codes, windows.
    package var detail: String

    package init(
        direction: Direction, type: UInt8, flags: UInt8, stream: Int32, length: Int,
        detail: String
    ) {
        self.direction = direction
        self.type = type
        self.flags = flags
        self.stream = stream
        self.length = length
        self.detail = detail
    }
}
