import Basics
import CommandLine
import Testing

@Suite struct HelpTests {
    @Test func `help fits an 80-column terminal and is plain ASCII`() {
        for line in (Help.text + Help.usage).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            #expect(line.utf8.count <= 80, "\(line)")
            #expect(line.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "\(line)")
            #expect(line.last != " ", "\(line)")
        }
        #expect(Help.text.hasSuffix("\n") && !Help.text.hasSuffix("\n\n"))
        #expect(Help.usage.hasSuffix("\n"))
        #expect(Help.usage.split(separator: "\n").count <= 4)
    }

    @Test func `help lists every flag with its value, aligned`() {
        let lines = Help.text.split(separator: "\n")
        let shown = Flag.table.filter { $0.group != .hidden }
        var columns: Set<Int> = []
        for flag in shown {
            let spelling = flag.placeholder.isEmpty ? flag.name : "\(flag.name) \(flag.placeholder)"
            let row = lines.filter { $0.hasPrefix("  -\(spelling)  ") && $0.hasSuffix(flag.help) }
            #expect(row.count == 1, "\(flag.name)")
            #expect(!flag.help.isEmpty)
            columns.formUnion(row.map { $0.utf8.count - flag.help.utf8.count })
        }
        #expect(columns.count == 1)
        #expect(shown.map(\.name).count == Set(shown.map(\.name)).count)
    }

    @Test func `help says what scripts rely on`() {
        #expect(Help.text.contains("SWIFT_HEALTH_PROBE_RPC_TIMEOUT"))
        for code in ["0  SERVING", "1  invalid arguments", "4  NOT_SERVING", "5  UNKNOWN"] {
            #expect(Help.text.contains(code))
        }
    }

    @Test func `help is right about ports that are left out`() throws {
        #expect(Help.text.contains("left out is 443,") && Help.text.contains("server is 53."))
        for spelling in ["dns:h", "ipv4:1.2.3.4", "ipv6:[::1]"] {
            #expect(try Target.parse(spelling) != Target.parse("\(spelling):80"), "\(spelling)")
            #expect(
                try Target.parse(spelling).endpoint == Target.parse("\(spelling):443").endpoint)
        }
        #expect(
            try Target.parse("dns://1.2.3.4/h:1").endpoint
                == Target.parse("dns://1.2.3.4:53/h:1").endpoint)
    }

    /// Whoever pastes an example must not be told that it is wrong.
    @Test func `the examples work`() throws {
        let examples = Help.text.split(separator: "\n").filter {
            $0.hasPrefix("  swift-health-probe ")
        }
        #expect(examples.count >= 3)
        for example in examples {
            let arguments = example.split(separator: " ").dropFirst().map { String($0) }
            let request = try Invocation.parse(arguments: arguments, environment: []) { _, _ in
                .bytes([])
            }
            guard case .run = request else {
                Issue.record("\(example)")
                continue
            }
        }
    }

    @Test(arguments: ["alts", "completions"])
    func `help promises nothing that is not there`(name: String) {
        #expect(!Help.text.contains("-\(name)"))
    }
}
