import CPlatform
import Outcome

/// Owns one file descriptor and closes it once.
struct Descriptor: ~Copyable {
    let number: Int32

    /// - Precondition: nobody else closes `number`.
    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        // The result says nothing that could be acted on: Linux has closed it either way.
        _ = close(number)
    }

    /// A socket that never blocks and that is not inherited.
    static func makeStreamSocket(family: Int32) throws(SystemErrorNumber) -> Descriptor {
        let type =
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let number = socket(family, Int32(type), 0)
        guard number >= 0 else { throw .current }
        if family == AF_INET || family == AF_INET6 {
            // Every write is a whole flight of frames, so there is nothing to wait for. Failing
            // to say so costs time only. What a listener accepts inherits it.
            var on: Int32 = 1
            _ = unsafe setsockopt(
                number, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                socklen_t(MemoryLayout<Int32>.size))
        }
        return Descriptor(owning: number)
    }
}

extension SystemErrorNumber {
    /// The error of the system call that has just failed.
    static var current: SystemErrorNumber { SystemErrorNumber(cplatform_errno()) }

    static let tryAgain = SystemErrorNumber(EAGAIN)
    static let interrupted = SystemErrorNumber(EINTR)
    static let inProgress = SystemErrorNumber(EINPROGRESS)
    static let invalidArgument = SystemErrorNumber(EINVAL)
    static let notPermitted = SystemErrorNumber(EPERM)
    static let connectionAborted = SystemErrorNumber(ECONNABORTED)
    static let brokenPipe = SystemErrorNumber(EPIPE)
    static let fileExists = SystemErrorNumber(EEXIST)
    static let noSuchFile = SystemErrorNumber(ENOENT)
    static let connectionRefused = SystemErrorNumber(ECONNREFUSED)
}
