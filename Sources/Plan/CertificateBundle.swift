import Basics

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
        // for most of them is the subject's.
        var size = 112 + 2 * name.count
        while let head = decodedBase64(text, bodies[index], atMost: size) {
            switch SubjectMatch(head, name: name) {
            case .yes: return true
            case .no: return false
            case .unknown(let needed):
                // Less than was asked for: there is no more.
                guard head.count >= size, needed > size else { return false }
                size = needed
            }
        }
        return false
    }

    private static let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    /// Looks for boundaries: five dashes in a row cannot hide from steps of five, and Base64 has
    /// none.
    private static func bodies(in text: [UInt8]) -> [Range<Int>] {
        var bodies: [Range<Int>] = []
        var start: Int?
        var index = 4
        while index < text.count {
            guard text[index] == UInt8(ascii: "-") else {
                index += 5
                continue
            }
            var line = index
            while line > 0, text[line - 1] == UInt8(ascii: "-") { line -= 1 }
            // A boundary stands at the beginning of a line.
            let isFirst = line == 0 || text[line - 1] == UInt8(ascii: "\n")
            if isFirst, hasText(begin, at: line, in: text) {
                start = line + begin.count
            } else if isFirst, let first = start, hasText(end, at: line, in: text) {
                bodies.append(first..<line)
                start = nil
            }
            while index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
            index += 4
        }
        return bodies
    }

    private static func hasText(_ words: [UInt8], at index: Int, in text: [UInt8]) -> Bool {
        text.count - index >= words.count
            && text[index..<index + words.count].elementsEqual(words)
    }
}

/// Decodes Base64 (RFC 4648 section 4) that may be broken into lines, up to about `limit` bytes;
/// nil for any other character. The padding ends it.
func decodedBase64(_ text: [UInt8], _ range: Range<Int>, atMost limit: Int) -> [UInt8]? {
    var isBase64 = true
    let size = min(limit, range.count / 4 * 3) + 3
    let bytes = [UInt8](capacity: size) { output in
        var bits: UInt32 = 0
        var digits = 0
        for index in range {
            if output.count >= limit { break }
            let character = text[index]
            guard let value = base64Value(of: character) else {
                if character == UInt8(ascii: "=") { break }
                if character == UInt8(ascii: "\n") || character == UInt8(ascii: "\r") { continue }
                if character.isBlank { continue }
                isBase64 = false
                break
            }
            bits = bits << 6 | UInt32(value)
            digits += 1
            guard digits == 4 else { continue }
            output.append(UInt8(truncatingIfNeeded: bits >> 16))
            output.append(UInt8(truncatingIfNeeded: bits >> 8))
            output.append(UInt8(truncatingIfNeeded: bits))
            digits = 0
        }
        switch digits {
        case 1: isBase64 = false
        case 2: output.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: break
        }
    }
    return isBase64 ? bytes : nil
}
