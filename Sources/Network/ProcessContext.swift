import CPlatform
package import ProbeCore

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

    /// The environment variables that this program reads.
    package static var environment: [(name: String, value: String)] {
        guard let pointers = unsafe cplatform_envp() else { return [] }
        let equalsSign = UInt8(ascii: "=")
        var found: [(name: String, value: String)] = []
        var index = 0
        while let entry = unsafe pointers[index] {
            index += 1
            let variable = unsafe UnsafeRawBufferPointer(start: entry, count: strlen(entry))
            // Lazily: most need not be read beyond their first letter.
            guard unsafe Invocation.isRead(variable: variable.lazy.prefix { $0 != equalsSign }),
                let equals = unsafe variable.firstIndex(of: equalsSign)
            else { continue }
            unsafe found.append(
                (
                    String(decoding: variable[..<equals], as: UTF8.self),
                    String(decoding: variable[(equals + 1)...], as: UTF8.self)
                ))
        }
        return found
    }

    /// The contents of a file that the command line names; `-` is standard input.
    ///
    /// - Parameter limit: in bytes.
    package static func contents(ofFile path: String, limit: Int) -> FileContents {
        let number =
            path == "-"
            ? cplatform_duplicate(STDIN_FILENO) : unsafe cplatform_open_for_reading(path)
        guard number >= 0 else { return .unreadable(reason: SystemErrorNumber.current.description) }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        // One byte more than there should be shows the end in the same read; what has no size,
        // such as a pipe, comes in pieces.
        bytes.reserveCapacity(min(limit, max(4095, Int(cplatform_file_size(file.number)))) + 1)
        while bytes.count <= limit {
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
            if count < 0 { return .unreadable(reason: SystemErrorNumber.current.description) }
            if count == 0 { return .bytes(bytes) }
        }
        return .tooLarge
    }

    /// The files of the machine.
    package static var files: FileAccess { FileAccess(read: contents, list: names) }

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

    /// Sets up the signals: see `cplatform_handle_signals`.
    package static func handleSignals() {
        cplatform_handle_signals()
    }

    /// From now on SIGINT and SIGTERM only cut waits short and show in `pendingSignal`.
    package static func deferSignals() {
        cplatform_defer_signals()
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
