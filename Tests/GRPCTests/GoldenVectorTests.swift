import Basics
import Foundation
import GRPC
import Testing

/// What Google's own protobuf parser says of the same bytes (Tests/Golden).
@Suite struct GoldenVectorTests {
    @Test func `every request is encoded as Google's library encodes it`() throws {
        let vectors = try GoldenVector.all(in: "requests.txt")
        #expect(vectors.count > 30)
        for vector in vectors {
            let name = try #require(String(validating: vector.key, as: UTF8.self))
            #expect(
                HealthCheckRequest.encoded(service: name) == hexadecimalBytes(vector.value),
                "line \(vector.line)")
        }
    }

    @Test func `every response is read as Google's library reads it`() throws {
        let vectors = try GoldenVector.all(in: "responses.txt")
        #expect(vectors.count > 3_000)
        for vector in vectors {
            let verdict: String
            do throws(BadResponse) {
                verdict = "\(try HealthCheckResponse.decode(vector.key).rawValue)"
            } catch {
                verdict = "error"
            }
            #expect(verdict == vector.value, "line \(vector.line)")
        }
    }

    @Test func `every list is read as Google's libraries read it`() throws {
        let vectors = try GoldenVector.all(in: "lists.txt")
        #expect(vectors.count > 500)
        for vector in vectors {
            let verdict: String
            do throws(BadResponse) {
                let services = try HealthListResponse.decode(vector.key).services
                verdict = services.reduce("\(services.count)") {
                    "\($0) \(hexadecimalText($1.service))=\($1.status.rawValue)"
                }
            } catch {
                verdict = "error"
            }
            #expect(verdict == vector.value, "line \(vector.line)")
        }
    }
}

private struct GoldenVector {
    var line: Int
    var key: [UInt8]
    var value: String

    static func all(in file: String) throws -> [GoldenVector] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/\(file)")
        let text = try String(contentsOf: path, encoding: .utf8)
        var vectors: [GoldenVector] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        where !line.isEmpty && !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 1)
            let key = try #require(hexadecimalBytes(String(words[0])))
            try #require(words.count == 2, "line \(index + 1) is no vector")
            vectors.append(GoldenVector(line: index + 1, key: key, value: String(words[1])))
        }
        return vectors
    }
}

/// Bytes written in hexadecimal; `-` stands for none.
private func hexadecimalBytes(_ text: String) -> [UInt8]? {
    if text == "-" { return [] }
    let digits = Array(text)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
        bytes.append(byte)
    }
    return bytes
}

private func hexadecimalText(_ text: String) -> String {
    text.utf8.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
}
