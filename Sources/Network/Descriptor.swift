import CPlatform
import ProbeCore

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
}

extension SystemErrorNumber {
    /// The error of the system call that has just failed.
    static var current: SystemErrorNumber { SystemErrorNumber(cplatform_errno()) }

    static let tryAgain = SystemErrorNumber(EAGAIN)
    static let interrupted = SystemErrorNumber(EINTR)
    static let inProgress = SystemErrorNumber(EINPROGRESS)
    static let invalidArgument = SystemErrorNumber(EINVAL)
}
