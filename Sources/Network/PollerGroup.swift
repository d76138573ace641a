import Basics
import CPlatform
import Outcome

/// Pollers that wait together: what is to be done for a round is as much as has happened, however
/// many there are.
///
/// A poller that is alone waits by itself, as most runs do for their whole life. With the second
/// one begins an event queue, which is told what changes.
package final class PollerGroup {
    private struct Member {
        var poller: Poller?
        /// What the event queue has been told for this member.
        var known: [pollfd] = []
    }

    private var members: [Member]
    /// Pollers that nobody uses now.
    private var spare: [Poller] = []
    private var queue: EventQueue?
    /// Which member waits for each descriptor, in the event queue.
    private var owners: [Int32] = []
    /// Members with a descriptor that cannot be waited for, as files cannot: it never has to.
    private var alwaysReady: [Int] = []

    /// - Parameter count: how many members there may be; their numbers begin with 0.
    package init(count: Int) {
        members = Array(repeating: Member(), count: count)
    }

    /// The poller of the member with this number; who stops waiting gives it up with `remove`.
    package func poller(of number: Int) -> Poller {
        if let poller = members[number].poller { return poller }
        let poller = spare.popLast() ?? Poller()
        members[number].poller = poller
        return poller
    }

    /// Takes note of what a member waits for now.
    package func update(_ number: Int) {
        guard let queue, let poller = members[number].poller else { return }
        let (entries, areNew) = (poller.entries, poller.areNew)
        let known = members[number].known
        guard !entries.isEmpty || !known.isEmpty else { return }
        for entry in known where !entries.contains(where: { $0.fd == entry.fd }) {
            forget(entry.fd, of: number, queue)
        }
        for (entry, isNew) in zip(entries, areNew) {
            let before = known.first { $0.fd == entry.fd }
            guard isNew || before?.events != entry.events else { continue }
            tell(queue, of: entry, number, isNew: isNew || before == nil)
        }
        members[number].known = entries
    }

    /// A member waits for nothing any more.
    package func remove(_ number: Int) {
        guard let poller = members[number].poller else { return }
        poller.reset()
        update(number)
        members[number].poller = nil
        spare.append(poller)
    }

    /// Sleeps until something has happened or `duration` has passed. Signals cut the sleep short.
    ///
    /// - Parameters:
    ///   - duration: nil waits for ever.
    ///   - wake: is given the members that it has happened to; their pollers know what.
    /// - Returns: whether anything has happened.
    package func wait(for duration: Duration?, _ wake: (Int) -> Void) -> Bool {
        if queue == nil {
            if let lone = loneMember {
                defer { wake(lone) }
                return members[lone].poller?.wait(for: duration) ?? false
            }
            guard begin() else { return askInTurn(wake) }
        }
        guard let queue else { return false }
        let happened = !alwaysReady.isEmpty
        let rest = happened ? .zero : duration
        for number in alwaysReady { wake(number) }
        alwaysReady = []
        let news = queue.wait(for: rest)
        for ready in news {
            let (number, descriptor) = Self.parts(of: ready.token)
            let events =
                (ready.isReadable ? POLLIN : 0) | (ready.isWritable ? POLLOUT : 0)
                | (ready.hasFailed ? POLLERR : 0)
            members[number].poller?.note(events, at: descriptor)
            wake(number)
        }
        return happened || !news.isEmpty
    }

    /// The only member that waits for something, or any where nobody does; nil where several may.
    private var loneMember: Int? {
        guard members.count <= Self.fewMembers else { return nil }
        var lone = members.count - 1
        var count = 0
        for number in members.indices {
            guard let poller = members[number].poller, !poller.entries.isEmpty else { continue }
            lone = number
            count += 1
        }
        return count > 1 ? nil : lone
    }

    /// More are not looked through in each round.
    private static let fewMembers = 4

    // MARK: - The event queue

    private func begin() -> Bool {
        do throws(SystemErrorNumber) {
            queue = try EventQueue.make()
        } catch {
            return false
        }
        for number in members.indices { update(number) }
        return true
    }

    /// Without a descriptor left for an event queue, each is asked whether it would have to wait.
    private func askInTurn(_ wake: (Int) -> Void) -> Bool {
        Poller().wait(for: Limits.writeRetryDelay)
        var happened = false
        for (number, member) in members.enumerated() {
            guard let poller = member.poller else { continue }
            if poller.wait(for: .zero) { happened = true }
            wake(number)
        }
        return happened
    }

    private func tell(_ queue: EventQueue, of entry: pollfd, _ number: Int, isNew: Bool) {
        let token = Self.token(number, entry.fd)
        let read = Int32(entry.events) & POLLIN != 0
        let write = Int32(entry.events) & POLLOUT != 0
        let isTold = queue.tell(entry.fd, as: token, read: read, write: write, isNew: isNew)
        while owners.count <= Int(entry.fd) { owners.append(-1) }
        owners[Int(entry.fd)] = isTold ? Int32(number) : -1
        if !isTold, read || write {
            members[number].poller?.note(Int32(entry.events), at: entry.fd)
            alwaysReady.append(number)
        }
    }

    /// Where the descriptor is closed, the queue has forgotten it; its number may be somebody
    /// else's by now.
    private func forget(_ descriptor: Int32, of number: Int, _ queue: EventQueue) {
        guard owners[Int(descriptor)] == Int32(number) else { return }
        owners[Int(descriptor)] = -1
        queue.forget(descriptor)
    }

    private static func token(_ number: Int, _ descriptor: Int32) -> UInt64 {
        UInt64(UInt32(number)) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private static func parts(of token: UInt64) -> (number: Int, descriptor: Int32) {
        (Int(token >> 32), Int32(truncatingIfNeeded: token))
    }
}
