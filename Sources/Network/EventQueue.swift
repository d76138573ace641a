import Basics
import CPlatform
package import Outcome

/// Waits for very many descriptors: epoll(7). A round costs as much as there is to do, where that
/// of one `Poller` costs as much as there is to wait for.
package final class EventQueue {
    /// Something that can be read or written without waiting; both when it would fail.
    package struct Ready: Equatable {
        /// What was given to `watch`.
        package var token: UInt64
        package var isReadable: Bool
        package var isWritable: Bool
        package var hasFailed: Bool

        package init(
            token: UInt64, isReadable: Bool, isWritable: Bool, hasFailed: Bool = false
        ) {
            self.token = token
            self.isReadable = isReadable
            self.isWritable = isWritable
            self.hasFailed = hasFailed
        }
    }

    private let set: Descriptor
    private var results = [cplatform_ready](repeating: cplatform_ready(), count: 128)

    private init(owning set: consuming Descriptor) {
        self.set = set
    }

    package static func make() throws(SystemErrorNumber) -> EventQueue {
        let number = cplatform_epoll_create()
        guard number >= 0 else { throw .current }
        return EventQueue(owning: Descriptor(owning: number))
    }

    /// Waits for a descriptor from now on, until it is closed.
    func watch(
        _ descriptor: Int32, as token: UInt64, read: Bool, write: Bool = false
    ) throws(SystemErrorNumber) {
        guard cplatform_epoll_watch(set.number, descriptor, token, read, write, true) == 0
        else { throw .current }
    }

    /// Changes what is waited for.
    ///
    /// - Precondition: the descriptor is being watched.
    func change(_ descriptor: Int32, as token: UInt64, read: Bool, write: Bool) {
        let result = cplatform_epoll_watch(set.number, descriptor, token, read, write, false)
        precondition(result == 0, "an event queue does not know the descriptor")
    }

    /// Waits for a descriptor, or changes what is waited for. One that is not said to be new is
    /// known, and one that is may be.
    ///
    /// - Returns: false where it cannot be waited for: a file on a disk never has to be.
    func tell(
        _ descriptor: Int32, as token: UInt64, read: Bool, write: Bool, isNew: Bool
    ) -> Bool {
        let result = cplatform_epoll_watch(set.number, descriptor, token, read, write, isNew)
        guard result != 0 else { return true }
        let another = SystemErrorNumber.current
        guard another == .fileExists || another == .noSuchFile else { return false }
        return cplatform_epoll_watch(set.number, descriptor, token, read, write, !isNew) == 0
    }

    /// Waits no longer for a descriptor that others may hold too; any other is just closed.
    func forget(_ descriptor: Int32) {
        // It fails where the descriptor was not being watched.
        _ = cplatform_epoll_forget(set.number, descriptor)
    }

    /// Sleeps until something is ready or `duration` has passed. Signals cut the sleep short.
    ///
    /// - Parameter duration: nil waits for ever.
    package func wait(for duration: Duration?) -> [Ready] {
        var milliseconds: Int32 = -1
        if let duration {
            // Rounded up: a wait that ends too early would only be repeated.
            let nanoseconds = max(0, duration.wholeNanoseconds)
            let rest: Int64 = nanoseconds % 1_000_000 > 0 ? 1 : 0
            milliseconds = Int32(clamping: nanoseconds / 1_000_000 + rest)
        }
        let count = unsafe results.withUnsafeMutableBufferPointer {
            unsafe cplatform_epoll_wait(
                set.number, $0.baseAddress, Int32(clamping: $0.count), milliseconds)
        }
        return results.prefix(Int(max(0, count))).map {
            Ready(
                token: $0.token, isReadable: $0.readable, isWritable: $0.writable,
                hasFailed: $0.failed)
        }
    }
}
