import Basics
import Network
import Outcome
import Run
import TestSupport
import Testing

/// Peers that do not answer, or answer something else, and the limits of waiting for them.
@Suite struct LimitTests {
    @Test func `a peer that closes at once`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .closes }
        let failure = try #require(try simulation.observe(server.address).first?.failure)
        #expect(failure.phase == .http2)
        // Our first bytes may meet a closed socket, which answers them with a reset.
        #expect(["connection_closed", "connection_broken"].contains(failure.cause.word))
    }

    @Test(
        arguments: [
            ("HTTP/1.1 400 Bad Request\r\n\r\n", .http1), ("SSH-2.0-OpenSSH_9.2\r\n", .ssh),
            ("\u{15}\u{03}\u{01}\0\u{02}\u{02}\n", .tls), ("-ERR\r\n", .other),
        ] as [(String, Greeting.Kind)])
    func `another protocol is recognized`(text: String, kind: Greeting.Kind) throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .says(text) }
        let failure = try #require(try simulation.observe(server.address).first?.failure)
        #expect(failure.phase == .http2)
        guard case .notHTTP2(let greeting) = failure.cause else {
            Issue.record("taken for \(failure.cause.word)")
            return
        }
        #expect(greeting.kind == kind)
        #expect(greeting.bytes == Array(text.utf8))
    }

    @Test func `a call that is not answered is cancelled at its deadline`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .ignores }
        var plan = try RunTests.plan([server.address], services: ["a", "b"])
        plan.rpcTimeout = .milliseconds(200)
        let expected = Observation.Result.rpc(.timedOut(.rpcTimeout(.milliseconds(200))))
        #expect(simulation.observe(plan).map(\.result) == [expected, expected])
        let record = try #require(server.records.first)
        #expect(record.resets == [.cancel, .cancel])
        #expect(record.goAways == [.noError])
        #expect(record.end == .finished)
    }

    // MARK: Limits

    @Test(arguments: Hold.allCases)
    fileprivate func `every phase is bounded by the run and by its own limit`(hold: Hold) throws {
        let (target, keeping) = try hold.target()
        defer { withExtendedLifetime(keeping) {} }
        var plan = try RunTests.plan([target])
        plan.runTimeout = .milliseconds(200)
        #expect(
            Run.observe(plan).map(\.result) == [
                .failed(
                    Failure(phase: hold.phase, cause: .timedOut(.runTimeout(.milliseconds(200)))))
            ])

        plan.runTimeout = nil
        plan.connectTimeout = hold == .rpc ? patience : .milliseconds(200)
        plan.rpcTimeout = hold == .rpc ? .milliseconds(200) : patience
        let limit: Limit =
            hold == .rpc ? .rpcTimeout(.milliseconds(200)) : .connectTimeout(.milliseconds(200))
        #expect(
            Run.observe(plan).map(\.result) == [
                .failed(Failure(phase: hold.phase, cause: .timedOut(limit)))
            ])
    }

    @Test func `what is read before takes no time from the connections`() throws {
        let server = try peer(servingScript)
        // A machine whose run began five seconds ago.
        var isFirst = true
        let time = Timekeeper(
            read: {
                defer { isFirst = false }
                return Clock.now().advanced(by: isFirst ? .seconds(-5) : .zero)
            }, sleep: { duration, poll in _ = poll(duration) })
        let machine = Machine(
            time: time, startWallTime: 0, random: { 0 },
            signals: Signals(hold: {}, release: {}, pending: { nil }))
        var plan = try RunTests.plan([server.address])
        plan.connectTimeout = .seconds(4)
        #expect(Run.observe(plan, on: machine).map(\.result) == [.answered(.serving)])
    }

    @Test func `what is read before takes its time from the run`() throws {
        let simulation = Simulation()
        let server = try simulation.server()
        let transcript = try simulation.run(
            ["-addr", server.address, "-timeout", "3s"], preparation: .seconds(5))
        #expect(transcript.code == 2)
        #expect(transcript.duration == .seconds(5))
        #expect(server.records.isEmpty)
    }

    @Test func `one slow target does not take the others' results away`() throws {
        let simulation = Simulation()
        let silent = try simulation.server { _ in .ignores }
        let server = try simulation.server()
        var plan = try RunTests.plan([silent.address, server.address])
        plan.runTimeout = .milliseconds(500)
        let observations = simulation.observe(plan)
        #expect(observations.first?.failure?.cause.word == "timeout")
        #expect(observations.last?.result == .answered(.serving))
    }
}

/// Where a run is held up.
private enum Hold: CaseIterable, Sendable {
    case resolve
    case connect
    case http2
    case rpc

    var phase: Phase {
        switch self {
        case .resolve: .resolve
        case .connect: .connect
        case .http2: .http2
        case .rpc: .rpc
        }
    }

    /// A target that holds a run up there, and what has to live as long.
    func target() throws -> (String, keeping: any Sendable) {
        switch self {
        case .resolve:
            let names = try TestNameServer { _ in .silence }
            return ("dns://\(names.server)/db.test:1", names)
        case .connect:
            let peer = try FullPeer()
            return (peer.address, peer)
        case .http2:
            let server = try peer("no-settings\nawait close")
            return (server.address, server)
        case .rpc:
            let server = try peer("await close")
            return (server.address, server)
        }
    }
}
