/// Certificates in PEM (RFC 7468 section 5), to be found by their subject.
///
/// A system's bundle has 140 certificates, of which a connection needs one. Parsing them all
/// takes several times as long as the handshake, so only as much of each is decoded as tells
/// whose it is.
package struct CertificateBundle {
    private let text: [UInt8]
    /// The Base64 text of each certificate.
    private let bodies: [Range<Int>]

    /// Takes the certificates in `text`; what stands between them is ignored, as are keys and
    /// other objects.
    package init(pem text: [UInt8]) {
        self.text = text
        bodies = Self.bodies(in: text)
    }

    package var count: Int { bodies.count }

    /// The certificate at `index`, decoded (DER); nil if its text is not Base64.
    package func certificate(at index: Int) -> [UInt8]? {
        decodedBase64(text, bodies[index], atMost: bodies[index].count)
    }

    /// The certificates whose subject is `name`, both as DER. As in Go, names are equal when
    /// their encodings are.
    package func certificates(of name: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for index in bodies.indices where hasSubject(name, at: index) {
            if let certificate = certificate(at: index) { found.append(certificate) }
        }
        return found
    }

    private func hasSubject(_ name: [UInt8], at index: Int) -> Bool {
        // What stands before the subject takes less than 100 bytes and the issuer's name, which
        // for nearly all of them is the subject's.
        for size in [128 + 3 * name.count, bodies[index].count] {
            guard let head = decodedBase64(text, bodies[index], atMost: size) else { return false }
            if let range = subjectRange(ofCertificate: head) {
                return head[range].elementsEqual(name)
            }
        }
        return false
    }

    private static let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    private static func bodies(in text: [UInt8]) -> [Range<Int>] {
        var bodies: [Range<Int>] = []
        var start: Int?
        var line = 0
        while line < text.count {
            // A boundary stands at the beginning of a line.
            if text[line] == UInt8(ascii: "-") {
                if hasText(begin, at: line, in: text) {
                    start = line + begin.count
                } else if hasText(end, at: line, in: text), let first = start {
                    bodies.append(first..<line)
                    start = nil
                }
            }
            line = nextLine(after: line, in: text)
        }
        return bodies
    }

    private static func hasText(_ words: [UInt8], at index: Int, in text: [UInt8]) -> Bool {
        text.count - index >= words.count
            && text[index..<index + words.count].elementsEqual(words)
    }

    private static func nextLine(after index: Int, in text: [UInt8]) -> Int {
        var index = index
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
        return index + 1
    }
}

/// Decodes Base64 (RFC 4648 section 4) that may be broken into lines, up to about `limit` bytes;
/// nil for any other character. The padding ends it.
func decodedBase64(_ text: [UInt8], _ range: Range<Int>, atMost limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, range.count / 4 * 3) + 3)
    var bits: UInt32 = 0
    var digits = 0
    for index in range {
        let character = text[index]
        guard let value = base64Value(of: character) else {
            if character == UInt8(ascii: "=") { break }
            if character == UInt8(ascii: "\n") || character == UInt8(ascii: "\r") { continue }
            if character.isBlank { continue }
            return nil
        }
        bits = bits << 6 | UInt32(value)
        digits += 1
        guard digits == 4 else { continue }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits))
        digits = 0
        if bytes.count >= limit { return bytes }
    }
    switch digits {
    case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
    case 3:
        bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
    case 1: return nil
    default: break
    }
    return bytes
}
