import GRPC
import Testing
import health_demo_server

@Suite struct ConsoleTests {
    @Test(arguments: [
        ("set shop.Cart SERVING", ConsoleCommand.set(ServiceName("shop.Cart"), .serving)),
        ("set \"\" NOT_SERVING", .set(.overall, .notServing)),
        ("  set\tshop.Odd  99\r", .set(ServiceName("shop.Odd"), ServingStatus(99))),
        ("set x -1", .set(ServiceName("x"), ServingStatus(-1))),
        ("remove \"\"", .remove(.overall)),
        ("list", .list),
        ("quit", .quit),
    ])
    func `a line is a command`(_ line: String, _ command: ConsoleCommand) throws {
        #expect(try ConsoleCommand.parse(line) == command)
    }

    @Test(arguments: [
        "", "set", "set x", "set x serving", "set x SERVING y", "remove", "list x", "QUIT",
        "set x 99999999999",
    ])
    func `anything else is an error`(_ line: String) {
        #expect(throws: ConsoleError.self) { try ConsoleCommand.parse(line) }
    }

    @Test func `a reply is one line, whatever the names are`() {
        var registry = HealthRegistry([(ServiceName("a\nb"), .serving), (.overall, .unknown)])
        #expect(registry.obey(.list).text == #"""=UNKNOWN a\nb=SERVING"#)
        let reply = registry.obey(.remove(ServiceName("c\u{1B}[2J")))
        #expect(reply.text == #"error: there is no service c\x1b[2J"#)
        #expect(!reply.isNews)
    }

    @Test func `commands change the registry and say whether that is news`() {
        var registry = HealthRegistry()
        #expect(registry.obey(.set(.overall, .serving)) == .init(text: "ok", isNews: true))
        #expect(registry.obey(.set(.overall, .serving)) == .init(text: "ok", isNews: false))
        #expect(registry.obey(.remove(.overall)) == .init(text: "ok", isNews: true))
        #expect(registry.entries.isEmpty)
    }

    @Test func `lines come in any chunks`() {
        let input = Array("set x SERVING\n\nlist\nquit".utf8)
        for split in input.indices {
            var reader = LineReader()
            var lines = reader.append(Array(input[..<split]))
            lines += reader.append(Array(input[split...]))
            lines += [reader.finish()].compactMap { $0 }
            #expect(lines == ["set x SERVING", "", "list", "quit"])
        }
    }

    @Test func `an endless line is cut`() {
        var reader = LineReader()
        _ = reader.append([UInt8](repeating: 0x61, count: 2 * LineReader.lineSize))
        let lines = reader.append(Array("\nlist\n".utf8))
        #expect(lines.map(\.utf8.count) == [LineReader.lineSize, 4])
    }
}
