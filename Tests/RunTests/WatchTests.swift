import Basics
import Foundation
import TestSupport
import Testing

/// Watches of hours and days.
@Suite struct WatchTests {
    /// The arguments of a watch that ends by itself.
    private func watch(_ server: SimulatedServer, for time: String, _ more: String...) -> [String] {
        ["-watch", "-addr", server.address, "-timeout", time] + more
    }

    /// The statuses that the lines show, in their order.
    private func statuses(_ transcript: Simulation.Transcript) -> [String] {
        transcript.lines.map { line in
            let words = line.split(separator: " ")
            return words.count > 1 ? String(words[1]) : ""
        }
    }

    // MARK: What the server says

    @Test func `every change of a day is a line, and nothing else is`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        var isServing = true
        var told = ["SERVING"]
        simulation.every(.seconds(600), for: .seconds(86_000)) {
            isServing.toggle()
            server.set("", isServing ? 1 : 2)
            told.append(isServing ? "SERVING" : "NOT_SERVING")
        }
        let transcript = try simulation.run(watch(server, for: "24h"))
        #expect(statuses(transcript) == told)
        #expect(transcript.duration == .seconds(86_400))
        #expect(transcript.code == (isServing ? 0 : 4))
        #expect(server.records.count == 1)
        #expect(server.records.first?.goAways == [.noError])
    }

    @Test func `the summary has the share of the time, to the end`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.after(.seconds(3_600)) { server.set("", 2) }
        let transcript = try simulation.run(watch(server, for: "4h"))
        #expect(transcript.errors.contains("SERVING 25.0 % of the time"), "\(transcript.errors)")
    }

    @Test func `a signal ends it with the last status known`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["": 2])
        simulation.after(.seconds(5_000)) { simulation.interrupt() }
        let transcript = try simulation.run(["-watch", "-addr", server.address])
        #expect(transcript.code == 4)
        #expect(transcript.duration == .seconds(5_000))
    }

    // MARK: Connections that end

    @Test func `a server that goes away every hour is watched without a gap`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        var told = ["SERVING"]
        simulation.every(.seconds(3_600), for: .seconds(255_600)) {
            server.drain()
            let isServing = told.count % 2 == 0
            told.append(isServing ? "SERVING" : "NOT_SERVING")
            // While two connections are open, and after the old one is gone.
            server.set("", isServing ? 1 : 2)
        }
        let transcript = try simulation.run(watch(server, for: "72h"))
        #expect(statuses(transcript) == told)
        #expect(server.records.count == 72)
        #expect(server.open.isEmpty)
    }

    @Test func `a dead server is looked for less and less often, and found again`() throws {
        let simulation = Simulation()
        let server = try simulation.server { (1...60).contains($0) ? .closes : .serves }
        simulation.after(.seconds(100)) { for connection in server.open { connection.close() } }
        let transcript = try simulation.run(watch(server, for: "3h"))
        #expect(statuses(transcript) == ["SERVING", "DISCONNECTED", "SERVING"])
        #expect(transcript.code == 0)

        let starts = server.records.dropFirst().map(\.start)
        let gaps = zip(starts.dropFirst(), starts).map { ($0.since($1)) / .seconds(1) }
        var expected = 1.6
        for (number, gap) in gaps.dropLast().enumerated() {
            let range = expected * 0.8...expected * 1.2
            #expect(range.contains(gap), "gap \(number) is \(gap) s")
            expected = min(expected * 1.6, 120)
        }
        #expect(Set(gaps.map { $0 / 120 }).count > 10, "nothing is left to chance")
    }

    @Test func `a server that is down for a night is back at once in the morning`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.after(.seconds(1_000)) { server.stop() }
        simulation.after(.seconds(30_000)) { try? server.start() }
        let transcript = try simulation.run(watch(server, for: "12h"))
        #expect(statuses(transcript) == ["SERVING", "DISCONNECTED", "SERVING"])
        // No longer than the longest pause between two attempts.
        let seconds = try #require(transcript.lines.last?.held)
        #expect((29_000...29_144).contains(seconds))
    }

    @Test func `a watch that its server ends is repeated, ever more seldom`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.every(.seconds(1), for: .seconds(20_000)) {
            for connection in server.open { connection.endWatches(code: 14) }
        }
        _ = try simulation.run(watch(server, for: "5h"))
        #expect(server.records.count == 1)
        let count = server.records.first?.requests.count ?? 0
        #expect(count > 100, "asked \(count) times")
    }

    // MARK: Keepalive

    @Test func `a silent day has a ping for each interval`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        let transcript = try simulation.run(watch(server, for: "24h", "-keepalive", "30s"))
        #expect(statuses(transcript) == ["SERVING"])
        let count = server.records.first?.pingCount ?? 0
        #expect((2_870...2_880).contains(count), "\(count) pings")
    }

    @Test func `a server that hangs is found out by a ping`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.after(.seconds(10_000)) { server.isHung = true }
        simulation.after(.seconds(20_000)) { server.isHung = false }
        let transcript = try simulation.run(watch(server, for: "6h", "-keepalive", "30s"))
        #expect(statuses(transcript) == ["SERVING", "DISCONNECTED", "SERVING"])
        // 30 s of silence at most, then 20 s for the answer.
        let held = try #require(transcript.lines.dropFirst().first?.held)
        #expect((10_020...10_050).contains(held))
    }

    @Test func `a server that calls pings too many gets half of them`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.after(.seconds(3_600)) { server.drain(code: 11) }
        let transcript = try simulation.run(watch(server, for: "2h", "-keepalive", "30s"))
        #expect(statuses(transcript) == ["SERVING"])
        let counts = server.records.map(\.pingCount)
        #expect(counts.count == 2)
        #expect((115...120).contains(counts.first ?? 0), "\(counts)")
        #expect((55...60).contains(counts.last ?? 0), "\(counts)")
    }

    // MARK: Repeated checks

    @Test func `a poll asks once in each interval for a day, on one connection`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        let transcript = try simulation.run(watch(server, for: "24h", "-poll", "10s"))
        #expect(statuses(transcript) == ["SERVING"])
        #expect(server.records.count == 1)
        let count = server.records.first?.requests.count ?? 0
        #expect((8_640...8_641).contains(count), "\(count) checks")
    }

    @Test func `a poll outlives a server that goes away every hour`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        simulation.every(.seconds(3_599), for: .seconds(86_000)) { server.drain() }
        let transcript = try simulation.run(watch(server, for: "24h", "-poll", "10s"))
        #expect(statuses(transcript) == ["SERVING"])
        let count = server.records.reduce(0) { $0 + $1.requests.count }
        #expect((8_600...8_680).contains(count), "\(count) checks")
    }

    // MARK: Readers

    @Test func `a reader that sleeps for an hour misses nothing that was sent before`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        var count = 0
        simulation.after(.seconds(1_000)) { simulation.isReaderAwake = false }
        simulation.after(.seconds(4_600)) { simulation.isReaderAwake = true }
        simulation.every(.seconds(1), for: .seconds(7_000)) {
            count += 1
            server.set("", count % 2 == 0 ? 1 : 2)
        }
        let transcript = try simulation.run(watch(server, for: "2h"))
        let statuses = statuses(transcript)
        #expect(statuses.first == "SERVING")
        #expect(statuses.last == "SERVING")
        for (one, next) in zip(statuses, statuses.dropFirst()) {
            #expect(one != next, "a change is missing, or told twice")
        }
        #expect(statuses.count > 3_000)
    }

    // MARK: Many

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `what twenty servers say in a day is what is shown of them`(seed: UInt64) throws {
        let simulation = Simulation(seed: seed)
        let servers = try (0..<20).map { _ in try simulation.server() }
        var told = servers.map { _ in ["SERVING"] }
        simulation.every(.seconds(60), for: .seconds(86_000)) {
            let number = simulation.random(below: servers.count)
            let server = servers[number]
            switch simulation.random(below: 4) {
            case 0: server.drain()
            default:
                let status = told[number].last == "SERVING" ? 2 : 1
                server.set("", Int32(status))
                told[number].append(status == 1 ? "SERVING" : "NOT_SERVING")
            }
        }
        let targets = servers.flatMap { ["-addr", $0.address] }
        let transcript = try simulation.run(["-watch", "-timeout", "24h"] + targets)
        for (server, told) in zip(servers, told) {
            let lines = transcript.lines.filter { $0.contains(server.address) }
            #expect(lines.map { String($0.split(separator: " ")[1]) } == told)
        }
    }
}

extension String {
    /// How long the status before lasted, in seconds, as the line of a watch says.
    fileprivate var held: Double? {
        guard let text = components(separatedBy: " after ").last?.split(separator: " ").first,
            let duration = try? Duration(goSyntax: String(text))
        else { return nil }
        return duration / .seconds(1)
    }
}
