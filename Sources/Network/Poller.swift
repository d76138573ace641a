import Basics
import CPlatform

/// The descriptors that somebody waits for, and what has happened to them.
///
/// Everything that waits says so anew after each step, and asks for its slot's readiness in the
/// next one. One poller waits by itself, several in a `PollerGroup`.
package final class Poller {
    /// A place in the list of one step.
    struct Slot {
        fileprivate let index: Int
        fileprivate let list: Int
    }

    /// What is waited for.
    private(set) var entries: [pollfd] = []
    /// Which of `entries` nobody has waited for before.
    private(set) var areNew: [Bool] = []
    /// Which list this is, counted from the first.
    private var list = 0

    package init() {}

    /// Forgets who was waiting.
    package func reset() {
        entries.removeAll(keepingCapacity: true)
        areNew.removeAll(keepingCapacity: true)
        list += 1
    }

    /// Waits for a descriptor.
    ///
    /// - Parameter isNew: whether it may be another one than that which had its number before.
    func watch(_ descriptor: Int32, read: Bool, write: Bool, isNew: Bool = false) -> Slot {
        let events = (read ? POLLIN : 0) | (write ? POLLOUT : 0)
        entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
        areNew.append(isNew)
        return Slot(index: entries.count - 1, list: list)
    }

    /// Whether an operation would not have to wait; also true when it would fail. False for a
    /// slot of an earlier list: of that nothing is known any more.
    func isReadable(_ slot: Slot) -> Bool {
        happened(slot) & (POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0
    }

    func isWritable(_ slot: Slot) -> Bool {
        happened(slot) & (POLLOUT | POLLHUP | POLLERR | POLLNVAL) != 0
    }

    /// Whether something is wrong with the descriptor; asking it says what.
    func hasFailed(_ slot: Slot) -> Bool {
        happened(slot) & (POLLHUP | POLLERR | POLLNVAL) != 0
    }

    /// Takes down what has happened to a descriptor.
    func note(_ events: Int32, at descriptor: Int32) {
        for index in entries.indices where entries[index].fd == descriptor {
            entries[index].revents |= Int16(events)
        }
    }

    private func happened(_ slot: Slot) -> Int32 {
        guard slot.list == list else { return 0 }
        return Int32(entries[slot.index].revents)
    }

    /// Sleeps until something is ready or `duration` has passed. Signals cut the sleep short.
    ///
    /// - Parameter duration: nil waits for ever.
    /// - Returns: whether anything is ready.
    @discardableResult
    package func wait(for duration: Duration?) -> Bool {
        let nanoseconds = max(0, duration?.wholeNanoseconds ?? 0)
        var timeout = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        let isBounded = duration != nil
        let count = unsafe entries.withUnsafeMutableBufferPointer { entries in
            isBounded
                ? unsafe cplatform_poll(entries.baseAddress, nfds_t(entries.count), &timeout)
                : unsafe cplatform_poll(entries.baseAddress, nfds_t(entries.count), nil)
        }
        if count < 0 {
            // Interrupted, or out of kernel memory: nothing is known to be ready.
            for index in entries.indices { entries[index].revents = 0 }
        }
        return count > 0
    }
}
