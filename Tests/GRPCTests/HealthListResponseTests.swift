import Basics
import GRPC
import Testing

@Suite struct HealthListResponseTests {
    private func names(_ message: [UInt8]) throws -> [String] {
        try HealthListResponse.decode(message).services.map { "\($0.service)=\($0.status.name)" }
    }

    @Test func `services are sorted by their bytes, the overall server first`() throws {
        let message =
            entry("shop.Pay", 2) + entry("é", 1) + entry("Zoo", 3) + entry("", 1) + entry("a", 0)
        #expect(
            try names(message) == [
                "=SERVING", "Zoo=SERVICE_UNKNOWN", "a=UNKNOWN", "shop.Pay=NOT_SERVING",
                "é=SERVING",
            ])
    }

    @Test func `the last entry of a name counts, all of it`() throws {
        #expect(
            try names(entry("a", 1) + entry("b", 1) + entry("a", 2)) == [
                "a=NOT_SERVING", "b=SERVING",
            ])
        // The later entry has no value, and that is UNKNOWN.
        #expect(try names(entry("a", 1) + field(1, field(1, "a".utf8))) == ["a=UNKNOWN"])
    }

    @Test func `names that look the same are different names`() throws {
        let message = entry("e\u{301}", 1) + entry("\u{E9}", 2)
        let services = try HealthListResponse.decode(message).services
        #expect(services.map { Array($0.service.utf8) } == [[0x65, 0xCC, 0x81], [0xC3, 0xA9]])
        #expect(services.map(\.status) == [.serving, .notServing])
    }

    @Test func `fields of a later protocol are skipped, in an entry too`() throws {
        let more = field(9, "x".utf8) + [0x50, 1]
        let message = more + field(1, more + field(1, "a".utf8) + more + field(2, [8, 1] + more))
        #expect(try names(message + more) == ["a=SERVING"])
    }

    @Test func `a name that is not UTF-8 spoils the list`() {
        for name in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]] {
            #expect(throws: BadResponse.malformedMessage(.notUTF8)) {
                try HealthListResponse.decode(entry("a", 1) + field(1, field(1, name)))
            }
        }
    }

    @Test func `a list cut anywhere is not the whole list`() throws {
        let message = entry("a", 1) + entry("b", 1) + entry("c", 1)
        #expect(try names(message).count == 3)
        for count in 0..<message.count {
            let services = try? HealthListResponse.decode(Array(message.prefix(count)))
            #expect((services?.services.count ?? 0) < 3)
        }
    }

    @Test func `a long list is read, and what is too much is counted`() throws {
        let many = (0..<10_000).flatMap { entry("service-\($0)", 1) }
        let whole = try HealthListResponse.decode(many)
        #expect(whole.services.count == 10_000)
        #expect(whole.omitted == 0)
        let longer = try HealthListResponse.decode(many + entry("one", 1) + entry("two", 2))
        #expect(longer.services.count == 10_000)
        #expect(longer.omitted == 2)
        let flood = Array(repeating: [0x0A, 0] as [UInt8], count: 2_000_000).flatMap(\.self)
        let flooded = try HealthListResponse.decode(flood)
        #expect(flooded.services.count == 1)
        #expect(flooded.omitted == 1_990_000)
    }

    @Test func `names have room for half a MiB together`() throws {
        let name = String(repeating: "n", count: 8 * 1024 - 3)
        let entries = (10..<74).map { entry("\(name)-\($0)", 1) }
        let fitting = try HealthListResponse.decode(entries.flatMap(\.self) + entry("12345678", 1))
        #expect(fitting.services.count == 64)
        #expect(fitting.omitted == 1)
        let huge = try HealthListResponse.decode(entries.reversed().flatMap(\.self))
        #expect(huge.services.count == 64)
        #expect(huge.omitted == 0)
    }

    @Test func `what is left out has to be well-formed, too`() {
        let many = (0..<10_000).flatMap { entry("service-\($0)", 1) }
        #expect(throws: BadResponse.malformedMessage(.notUTF8)) {
            try HealthListResponse.decode(many + field(1, field(1, [0xFF])))
        }
    }

    @Test func `long names with the same beginning are sorted too`() throws {
        let beginning = String(repeating: "n", count: 400)
        let message = (0..<1_200).reversed().flatMap { entry("\(beginning)\($0 % 400)", 1) }
        let services = try HealthListResponse.decode(message).services
        #expect(services.count == 400)
        #expect(services.first?.service == beginning + "0")
    }
}

private func field(_ number: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
    precondition(content.count < 16_384)
    let size = content.count
    let length = size < 128 ? [UInt8(size)] : [UInt8(size & 127) | 128, UInt8(size >> 7)]
    return [number << 3 | 2] + length + content
}

private func entry(_ name: String, _ status: UInt8) -> [UInt8] {
    field(1, field(1, name.utf8) + field(2, [8, status]))
}
