package import Basics
import CPlatform
import Outcome

/// What the process was given when it started, and the files its arguments name.
package enum ProcessContext {
    /// The arguments without the program's own name. Bytes that are not UTF-8 are repaired.
    package static var arguments: [String] {
        guard let pointers = unsafe cplatform_argv() else { return [] }
        var arguments: [String] = []
        for index in 0..<Int(cplatform_argc()) where index > 0 {
            guard let argument = unsafe pointers[index] else { break }
            unsafe arguments.append(String(cString: argument))
        }
        return arguments
    }

    /// The environment variables whose `NAME=value` begins with one of these.
    package static func environment(
        beginningWith beginnings: [StaticString]
    ) -> [(name: String, value: String)] {
        guard let pointers = unsafe cplatform_envp() else { return [] }
        let equalsSign = UInt8(ascii: "=")
        var found: [(name: String, value: String)] = []
        var index = 0
        while let entry = unsafe pointers[index] {
            index += 1
            // Nearly all others differ in the first letter already.
            let first = unsafe UInt8(bitPattern: entry[0])
            let isWanted = beginnings.contains {
                unsafe $0.utf8Start.pointee == first
                    && strncmp(entry, $0.utf8Start, $0.utf8CodeUnitCount) == 0
            }
            guard isWanted else { continue }
            let variable = unsafe UnsafeRawBufferPointer(start: entry, count: strlen(entry))
            guard let equals = unsafe variable.firstIndex(of: equalsSign) else { continue }
            unsafe found.append(
                (
                    String(decoding: variable[..<equals], as: UTF8.self),
                    String(decoding: variable[(equals + 1)...], as: UTF8.self)
                ))
        }
        return found
    }

    /// The contents of a file that the command line names; `-` is standard input. What is not on
    /// a disk is read to its end as it comes: of a FIFO, the writer may come later.
    ///
    /// - Parameters:
    ///   - limit: in bytes.
    ///   - deadline: how long a writer is waited for; nil for as long as it takes.
    package static func contents(
        ofFile path: String, limit: Int, until deadline: Instant?
    ) -> FileContents {
        let number: Int32
        if let inherited = inheritedDescriptor(path) {
            // What stands in for a closed standard input would read as an empty file.
            guard !(inherited == STDIN_FILENO && cplatform_input_was_missing() != 0) else {
                return .unreadable(reason: "it is closed")
            }
            number = cplatform_duplicate(inherited)
        } else {
            number = unsafe cplatform_open_for_reading(path)
        }
        guard number >= 0 else { return .unreadable(reason: SystemErrorNumber.current.description) }
        let file = Descriptor(owning: number)
        let size = Int(cplatform_file_size(file.number))
        var bytes: [UInt8] = []
        // One byte more than there should be shows the end in the same read; what has no size
        // comes in pieces.
        bytes.reserveCapacity(min(limit, max(4095, size)) + 1)
        while bytes.count <= limit {
            if size < 0, !waitForWriter(file.number, until: deadline) { return .late }
            let free = bytes.capacity - bytes.count
            var count = 0
            bytes.append(addingCapacity: free > 0 ? free : 4096) { output in
                unsafe output.withUnsafeMutableBufferPointer { buffer, used in
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: buffer[used...]))
                    count = unsafe read(file.number, rest.baseAddress, rest.count)
                    used += max(0, count)
                }
            }
            if count == 0 { return .bytes(bytes) }
            guard count < 0 else { continue }
            let error = SystemErrorNumber.current
            if error != .tryAgain && error != .interrupted {
                return .unreadable(reason: error.description)
            }
        }
        return .tooLarge
    }

    /// The descriptor that a path stands for. It must not be opened anew: a pipe that is would
    /// not tell any more that its writer has gone (`<(command)` of a shell).
    private static func inheritedDescriptor(_ path: String) -> Int32? {
        if path == "-" || path == "/dev/stdin" { return STDIN_FILENO }
        for directory in ["/dev/fd/", "/proc/self/fd/"] {
            let bytes = Array(path.utf8)[...]
            guard let digits = bytes.dropping(prefix: directory) else { continue }
            return digits.decimal(atMost: UInt32(Int32.max)).map { Int32($0) }
        }
        return nil
    }

    /// Waits until there is something to read, or an end. Returns whether there was in time.
    private static func waitForWriter(_ descriptor: Int32, until deadline: Instant?) -> Bool {
        let poller = Poller()
        while true {
            poller.reset()
            let slot = poller.watch(descriptor, read: true, write: false)
            let remaining = deadline.map { $0.since(Clock.now()) }
            poller.wait(for: remaining)
            if poller.isReadable(slot) { return true }
            if let remaining, remaining <= .zero { return false }
        }
    }

    /// The files of the machine, for those who cannot wait.
    package static var files: FileAccess {
        FileAccess(
            read: { contents(ofFile: $0, limit: $1, until: Instant(nanoseconds: 0)) }, list: names)
    }

    /// The names in a directory, at most `limit`; none if it cannot be read.
    private static func names(inDirectory path: String, limit: Int) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < limit, let name = unsafe cplatform_next_name(directory) {
            unsafe names.append(String(cString: name))
        }
        return names
    }

    /// Opens /dev/null for each standard stream that is closed.
    package static func openMissingStreams() {
        cplatform_open_missing_streams()
    }

    /// Sets up the signals: see `cplatform_handle_signals`.
    package static func handleSignals() {
        cplatform_handle_signals()
    }

    /// From now on SIGINT and SIGTERM only cut waits short and show in `pendingSignal`.
    package static func deferSignals() {
        cplatform_defer_signals()
    }

    /// From now on SIGINT and SIGTERM end the process again.
    package static func stopDeferringSignals() {
        cplatform_stop_deferring_signals()
    }

    /// The number of the signal that asks the program to end, if one has come.
    package static var pendingSignal: Int32? {
        let number = cplatform_pending_signal()
        return number == 0 ? nil : Int32(number)
    }

    /// A random number from -1 to 1.
    package static func random() -> Double {
        cplatform_random()
    }

    /// Ends the process.
    package static func exit(_ code: Int32) -> Never {
        // Nothing is buffered and nothing is registered to run at the end.
        _exit(code)
    }
}
