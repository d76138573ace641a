import CPlatform
package import Outcome

/// A file that takes the place of another only when it is complete: it is written beside it, in
/// the same directory, under a name that begins with a dot, and then renamed.
package final class ReplacementFile {
    /// Why there can be no such file.
    package enum Flaw: Error, Equatable {
        /// What is there (a directory, a device, a pipe) is not to be replaced.
        case notRegular
        case system(SystemErrorNumber)
    }

    /// As the user has named it.
    package let path: String
    /// Where it is: a symbolic link stays one, and what it leads to is replaced.
    private let place: String
    package let stream: TextStream
    private let descriptor: Descriptor
    /// The name of the new file, until it has its own.
    private var temporary: String?

    private init(
        _ path: String, at place: String, owning descriptor: consuming Descriptor,
        temporary: String
    ) {
        self.path = path
        self.place = place
        stream = TextStream(descriptor: descriptor.number)
        self.descriptor = descriptor
        self.temporary = temporary
        unsafe cplatform_remove_on_signal(temporary)
    }

    deinit {
        guard let temporary else { return }
        unsafe unlink(temporary)
        cplatform_remove_on_signal(nil)
    }

    /// Creates the new file, empty. A signal that ends the process removes it.
    package static func make(_ path: String) throws(Flaw) -> ReplacementFile {
        // 0644, whatever the umask is: a collector that reads it is often another user.
        var mode: UInt32 = 0o644
        switch unsafe cplatform_file_mode(path, &mode) {
        case 0: break
        case EINVAL: throw .notRegular
        case let error: throw .system(SystemErrorNumber(error))
        }
        let place = resolved(path)
        for attempt in 0..<8 {
            let name = temporaryName(place, suffix: "\(Clock.wallTime())\(attempt)")
            let number = unsafe cplatform_create_file(name, mode)
            if number >= 0 {
                return ReplacementFile(
                    path, at: place, owning: Descriptor(owning: number), temporary: name)
            }
            let error = SystemErrorNumber.current
            guard error == .fileExists else { throw .system(error) }
        }
        throw .system(.fileExists)
    }

    /// The path of the file that this one leads to, if there is one.
    private static func resolved(_ path: String) -> String {
        guard let found = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    private static func temporaryName(_ path: String, suffix: String) -> String {
        let bytes = Array(path.utf8)
        let slash = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<slash], as: UTF8.self) + "."
            + String(decoding: bytes[slash...], as: UTF8.self) + "." + suffix
    }

    /// Puts the file, which is written, in its place; returns what went wrong.
    package func commit() -> SystemErrorNumber? {
        guard let temporary else { return nil }
        if unsafe rename(temporary, place) != 0 { return .current }
        self.temporary = nil
        cplatform_remove_on_signal(nil)
        return nil
    }
}
