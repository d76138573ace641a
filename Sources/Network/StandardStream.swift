import CPlatform
import ProbeCore

/// Standard output or standard error.
package enum StandardStream {
    case output
    case error

    private var number: Int32 {
        switch self {
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }

    package var isTerminal: Bool { isatty(number) == 1 }

    /// What became of a write.
    package enum Fate {
        case written
        /// The reader stood still, or a signal came meanwhile; the rest is dropped.
        case stuck
        /// There is no reader any more.
        case gone
    }

    /// Writes all bytes, or as many as a reader takes before it stands still for `patience`.
    ///
    /// - Parameter patience: nil waits until a deferred signal comes.
    @discardableResult
    package func write(_ bytes: [UInt8], patience: Duration?) -> Fate {
        var rest = bytes[...]
        while !rest.isEmpty {
            // A pipe that polls writable takes this much without blocking (PIPE_BUF, pipe(7)).
            let chunk = Array(rest.prefix(4096))
            guard isWritable(within: patience) else { return .stuck }
            let count = unsafe chunk.withUnsafeBufferPointer {
                unsafe CPlatform.write(number, $0.baseAddress, $0.count)
            }
            if count < 0 {
                let error = SystemErrorNumber.current
                guard error == .interrupted || error == .tryAgain else { return .gone }
            } else {
                rest = rest.dropFirst(count)
            }
        }
        return .written
    }

    private func isWritable(within patience: Duration?) -> Bool {
        let poller = Poller()
        let slot = poller.watch(number, read: false, write: true)
        poller.wait(for: patience)
        return poller.isWritable(slot)
    }
}
