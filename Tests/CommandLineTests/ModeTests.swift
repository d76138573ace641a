import Outcome
import Plan
import Testing

/// Which mode the flags ask for, and which of them contradict each other.
@Suite struct ModeTests {
    struct Row: CustomTestStringConvertible {
        var arguments: [String]
        var mode: Mode
        var testDescription: String { "\(arguments)" }

        init(_ arguments: String, _ mode: Mode) {
            self.arguments = arguments.split(separator: " ").map { String($0) }
            self.mode = mode
        }
    }

    static func waiting(_ limit: Duration, every interval: Duration = .seconds(1)) -> Mode {
        var plan = WaitPlan(limit: limit)
        plan.interval = interval
        return .wait(plan)
    }

    static func watching(_ change: (inout WatchPlan) -> Void = { _ in }) -> Mode {
        var plan = WatchPlan()
        change(&plan)
        return .watch(plan)
    }

    static let modes = [
        Row("", .check), Row("-list", .list), Row("-list=false", .check),
        Row("-watch=false", .check), Row("-list=false -watch", watching()),
        Row("-wait 30s", waiting(.seconds(30))),
        Row("-wait 1m -wait 30s", waiting(.seconds(30))),
        Row("-wait 30s -interval 100ms", waiting(.seconds(30), every: .milliseconds(100))),
        Row("-interval 2h -wait 1s", waiting(.seconds(1), every: .seconds(7200))),
        Row("-wait 30s -output prometheus", waiting(.seconds(30))),
        Row("-watch", watching()), Row("-watch -output json", watching()),
        Row("-watch -poll 5s", watching { $0.poll = .seconds(5) }),
        Row("-watch -until NOT_SERVING", watching { $0.until = .status(.notServing) }),
        Row("-watch -until SERVICE_UNKNOWN", watching { $0.until = .status(.serviceUnknown) }),
        Row("-watch -until SERVING -until UNKNOWN", watching { $0.until = .status(.unknown) }),
        Row("-watch -until DISCONNECTED", watching { $0.until = .disconnected }),
        Row("-watch -keepalive 20s", watching { $0.keepalive = .seconds(20) }),
        Row("-watch -service a -service b", watching()),
        Row("-list -output prometheus", .list),
    ]

    @Test(arguments: modes)
    func `flags choose the mode`(row: Row) throws {
        #expect(try plan(row.arguments).mode == row.mode)
    }

    static let conflicts = [
        ("-list -watch", "-list and -watch cannot be used together"),
        ("-watch -list", "-list and -watch cannot be used together"),
        ("-list -wait 1s", "-list and -wait cannot be used together"),
        ("-wait 1s -watch", "-watch and -wait cannot be used together"),
        ("-list -watch -wait 1s", "-list and -watch cannot be used together"),
        ("-interval 1s", "-interval needs -wait"),
        ("-interval 1s -watch", "-interval needs -wait"),
        ("-poll 1s", "-poll needs -watch"),
        ("-poll 1s -wait 1s", "-poll needs -watch"),
        ("-until SERVING", "-until needs -watch"),
        ("-keepalive 1s -list", "-keepalive needs -watch"),
        ("-watch=false -keepalive 1s", "-keepalive needs -watch"),
        ("-list -service a", "-list lists every service: leave -service out"),
        (
            "-watch -output prometheus",
            "-output prometheus shows one moment and cannot be used with -watch"
        ),
        ("-wait 0s", "-wait: \"0s\" is not greater than zero"),
        ("-wait 1s -interval -1s", "-interval: \"-1s\" is not greater than zero"),
        ("-watch -poll 0", "-poll: \"0\" is not greater than zero"),
        ("-watch -keepalive 5", "-keepalive: \"5\" has no unit (examples: 300ms, 1.5s, 1m30s)"),
        (
            "-watch -until serving",
            "-until: \"serving\" is not one of SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN,"
                + " DISCONNECTED"
        ),
        (
            "-watch -until 1",
            "-until: \"1\" is not one of SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN,"
                + " DISCONNECTED"
        ),
        ("-concurrency 0", "-concurrency: \"0\" is not a number from 1 to 65536"),
        ("-concurrency 65537", "-concurrency: \"65537\" is not a number from 1 to 65536"),
        ("-concurrency -1", "-concurrency: \"-1\" is not a number from 1 to 65536"),
        ("-concurrency ten", "-concurrency: \"ten\" is not a number from 1 to 65536"),
    ]

    @Test(arguments: conflicts)
    func `what contradicts itself is refused`(arguments: String, message: String) {
        let error = #expect(throws: UsageError.self) {
            try plan(arguments.split(separator: " ").map { String($0) })
        }
        #expect(error?.message == message)
    }
}
