import Basics
import CPlatform
package import Outcome

/// SIGINT and SIGTERM as something to wait for: readable once one of them has come.
package final class TerminationSignals {
    private let descriptor: Descriptor

    private init(owning descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Takes the signals over, and ignores SIGPIPE.
    package static func make() throws(SystemErrorNumber) -> TerminationSignals {
        let number = cplatform_termination_signals()
        guard number >= 0 else { throw .current }
        return TerminationSignals(owning: Descriptor(owning: number))
    }

    package func watch(in queue: EventQueue, as token: UInt64) throws(SystemErrorNumber) {
        try queue.watch(descriptor.number, as: token, read: true)
    }
}

/// Standard input, read as it comes.
package enum StandardInputSource {
    /// Whether it can be waited for. Files and /dev/null cannot: reading them never waits.
    package static func watch(
        in queue: EventQueue, as token: UInt64
    ) throws(SystemErrorNumber) -> Bool {
        do throws(SystemErrorNumber) {
            try queue.watch(STDIN_FILENO, as: token, read: true)
            return true
        } catch {
            guard error == .notPermitted else { throw error }
            return false
        }
    }

    package static func forget(in queue: EventQueue) {
        queue.forget(STDIN_FILENO)
    }

    /// The next bytes; none at the end, or where it cannot be read at all.
    ///
    /// It waits where nothing is there: other processes may share the descriptor, so it is not
    /// made non-blocking.
    package static func read() -> [UInt8] {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Limits.readSize) { buffer in
            while true {
                let count = unsafe CPlatform.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
                if count >= 0 { return unsafe Array(buffer[..<count]) }
                guard SystemErrorNumber.current == .interrupted else { return [] }
            }
        }
    }
}

extension ProcessContext {
    /// Raises the number of descriptors that the process may have open as far as the system lets
    /// it, and returns that number.
    package static func raiseDescriptorLimit() -> Int {
        Int(cplatform_raise_descriptor_limit())
    }
}
