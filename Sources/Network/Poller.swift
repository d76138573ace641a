import CPlatform
import ProbeCore

/// Waits for sockets: the only place where the program sleeps.
///
/// Everything that waits says so anew before each `wait`, and asks for its slot's readiness
/// after it.
package final class Poller {
    /// A place in the list of one `wait`.
    struct Slot {
        fileprivate let index: Int
        fileprivate let list: Int
    }

    private var entries: [pollfd] = []
    /// Which list this is, counted from the first.
    private var list = 0

    package init() {}

    /// Forgets who was waiting.
    package func reset() {
        entries.removeAll(keepingCapacity: true)
        list += 1
    }

    func watch(_ descriptor: Int32, read: Bool, write: Bool) -> Slot {
        let events = (read ? POLLIN : 0) | (write ? POLLOUT : 0)
        entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
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

    private func happened(_ slot: Slot) -> Int32 {
        guard slot.list == list else { return 0 }
        return Int32(entries[slot.index].revents)
    }

    /// Sleeps until something is ready or `duration` has passed. Signals cut the sleep short.
    ///
    /// - Parameter duration: nil waits for ever.
    package func wait(for duration: Duration?) {
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
    }
}
