/// An `errno` value, as Linux numbers them on every architecture that Swift supports.
///
/// This module cannot ask libc for the words, and libc's own would change with the locale and the
/// C library; so the errors that sockets and files end in are spelled out here.
package struct SystemErrorNumber: Error, Equatable, Sendable {
    package var rawValue: Int32

    package init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The sentence for people, lower case.
    package var description: String { known?.description ?? "system error \(rawValue)" }

    /// The word for programs.
    package var word: String { known?.word ?? "system_error_\(rawValue)" }

    private var known: (word: String, description: String)? {
        switch rawValue {
        case 1: ("not_permitted", "operation not permitted")
        case 2: ("no_such_file", "no such file or directory")
        case 5: ("io_error", "input/output error")
        case 6: ("no_such_address", "no such device or address")
        case 9: ("bad_descriptor", "bad file descriptor")
        case 12: ("no_memory", "out of memory")
        case 13: ("permission_denied", "permission denied")
        case 19: ("no_such_device", "no such device")
        case 20: ("not_a_directory", "not a directory")
        case 21: ("is_a_directory", "is a directory")
        case 22: ("invalid_address", "invalid address")
        case 23, 24: ("too_many_files", "too many open files")
        case 26: ("text_file_busy", "text file busy")
        case 27: ("file_too_large", "file too large")
        case 28: ("no_space", "no space left on device")
        case 30: ("read_only", "read-only file system")
        case 32: ("broken_pipe", "broken pipe")
        case 36: ("name_too_long", "file name too long")
        case 40: ("symbolic_link_loop", "too many levels of symbolic links")
        case 91: ("wrong_socket_type", "the socket is of another type")
        case 97: ("family_not_supported", "address family not supported")
        case 98: ("address_in_use", "address already in use")
        case 99: ("address_not_available", "address not available")
        case 100: ("network_down", "network is down")
        case 101: ("network_unreachable", "network unreachable")
        case 103: ("connection_aborted", "connection aborted")
        case 104: ("connection_reset", "connection reset by peer")
        case 105: ("no_buffer_space", "no buffer space")
        case 110: ("connection_timed_out", "connection timed out")
        case 111: ("connection_refused", "connection refused")
        case 112: ("host_down", "host is down")
        case 113: ("no_route_to_host", "no route to host")
        case 122: ("quota_exceeded", "disk quota exceeded")
        default: nil
        }
    }
}
