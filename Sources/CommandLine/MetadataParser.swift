import Basics
import GRPC

extension HeaderField {
    /// Reads a line of `-rpc-header`, `name: value`, into the form it has on the wire.
    ///
    /// What the protocol forbids is refused here, loudly: a server answers it with nothing
    /// but PROTOCOL_ERROR (PROTOCOL-HTTP2.md, Custom-Metadata). No message repeats a value, nor
    /// a name that is none: they are likely to be secrets.
    package init(metadata line: String) throws(ValueError) {
        let text = Array(line.utf8)[...]
        // A pseudo-header has its first colon in the first place, and may not be sent.
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            throw ValueError("there is no colon (a header is written \"name: value\")")
        }
        let name = text[..<colon].trimmed.map { $0.asciiLowercased }
        try MetadataRules.check(name: name)
        let value = text[(colon + 1)...].trimmed
        guard name[...].suffix(4).spells("-bin") else {
            guard value.allSatisfy({ 0x20...0x7E ~= $0 }) else {
                throw ValueError(
                    "the value of \(String(bytes: name)) has a character that is not printable"
                        + " ASCII",
                    hint: "a header whose name ends in -bin can send any bytes, in base64")
            }
            self.init(name: name, value: Array(value), isNeverIndexed: true)
            return
        }
        guard let binary = Base64.unpadded(value) else {
            throw ValueError(
                "the value of \(String(bytes: name)) is not base64,"
                    + " which a name ending in -bin requires")
        }
        self.init(name: name, value: binary, isNeverIndexed: true)
    }
}

private enum MetadataRules {
    /// Names that belong to this program, or to HTTP/1.1 and nobody in HTTP/2
    /// (RFC 9113 section 8.2.2).
    static let reserved = [
        "connection", "content-length", "content-type", "host", "keep-alive", "proxy-connection",
        "te", "transfer-encoding", "upgrade", "user-agent",
    ]

    static func check(name: [UInt8]) throws(ValueError) {
        guard !name.isEmpty else {
            throw ValueError("there is no name before the colon (pseudo-headers are reserved)")
        }
        for (index, byte) in name.enumerated() where !isLegal(byte) {
            throw ValueError(
                "character \(index + 1) of the name is not legal in a header"
                    + " (letters, digits, - _ and . only)")
        }
        guard !name[...].prefix(5).spells("grpc-") else {
            throw ValueError(
                "\(String(bytes: name)) is reserved, like every name that starts with grpc-",
                hint: name.spells("grpc-timeout") ? "-rpc-timeout sets it" : nil)
        }
        for word in reserved where name.spells(word) {
            throw ValueError("\(word) is reserved", hint: hint(for: word))
        }
    }

    /// Header-Name of PROTOCOL-HTTP2.md, after upper case has become lower case.
    private static func isLegal(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func hint(for name: String) -> String? {
        if name.utf8.spells("host") { return "-authority sets :authority, HTTP/2's host" }
        if name.utf8.spells("user-agent") { return "-user-agent sets it" }
        return nil
    }
}
