import CPlatform

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

    /// The environment variables that concern this program: its own, `NO_COLOR` and `TERM`.
    package static var environment: [(name: String, value: String)] {
        guard let pointers = unsafe cplatform_envp() else { return [] }
        var found: [(name: String, value: String)] = []
        var index = 0
        while let entry = unsafe pointers[index] {
            index += 1
            guard let variable = unsafe variable(entry) else { continue }
            found.append(variable)
        }
        return found
    }

    private static func variable(
        _ entry: UnsafePointer<CChar>
    ) -> (name: String, value: String)? {
        // Most of an environment is not ours: look before making strings of it.
        let isOurs =
            unsafe strncmp(entry, "SWIFT_HEALTH_PROBE_", 19) == 0
            || strncmp(entry, "NO_COLOR=", 9) == 0 || strncmp(entry, "TERM=", 5) == 0
        guard isOurs, let equals = unsafe strchr(entry, Int32(UInt8(ascii: "="))) else {
            return nil
        }
        let text = unsafe String(cString: entry)
        let length = unsafe UnsafePointer(equals) - entry
        return (
            String(decoding: text.utf8.prefix(length), as: UTF8.self),
            String(decoding: text.utf8.dropFirst(length + 1), as: UTF8.self)
        )
    }

    /// Sets up the signals: see `cplatform_handle_signals`.
    package static func handleSignals() {
        cplatform_handle_signals()
    }

    /// Ends the process.
    package static func exit(_ code: Int32) -> Never {
        // Nothing is buffered and nothing is registered to run at the end.
        _exit(code)
    }
}
