import HealthProbe
import ProbeCore
import TestSupport
import Testing

/// Whole runs against servers on loopback.
@Suite struct ObserveTests {
    private static let patience: Duration = .seconds(20)

    private func plan(_ targets: [String], services: [String] = [""]) throws -> Plan {
        var plan = Plan(targets: try targets.map { try Target.parse($0) }, services: services)
        plan.connectTimeout = Self.patience
        plan.rpcTimeout = Self.patience
        return plan
    }

    private func observe(_ target: String, services: [String] = [""]) throws -> [Observation] {
        HealthProbe.observe(try plan([target], services: services))
    }

    // MARK: Answers

    @Test(arguments: [0, 1, 2, 3, 99] as [Int32])
    func `a status is an answer`(status: Int32) throws {
        let server = try HealthServer { _ in .serves(["": status]) }
        let observations = try observe(server.address)
        #expect(observations.map(\.result) == [.answered(ServingStatus(status))])
    }

    @Test(arguments: [Loopback.ipv4, .ipv6, .unix, .unixAbstract])
    func `an observation says where, and how long each phase took`(place: Loopback) throws {
        let server = try HealthServer(on: place) { _ in .serves(["shop.Cart": 1]) }
        let observation = try #require(
            try observe(server.address, services: ["shop.Cart"]).first)
        #expect(observation.result == .answered(.serving))
        #expect(observation.service == "shop.Cart")
        #expect(observation.target.spelling == server.address)
        #expect(observation.address?.description == server.address)
        #expect(observation.wallTime > 1_600_000_000_000_000_000)
        let timings = observation.timings
        #expect(timings.resolve == nil)
        // The request leaves with our SETTINGS, so that the last two run side by side.
        let connect = try #require(timings.connect)
        let http2 = try #require(timings.http2)
        let rpc = try #require(timings.rpc)
        #expect(connect >= .zero && http2 > .zero && rpc >= http2)
        #expect(connect + rpc == timings.total)
    }

    @Test func `the client leaves politely`() throws {
        let server = try HealthServer { _ in .serves(["": 1]) }
        _ = try observe(server.address)
        let records = server.finish()
        #expect(records.count == 1)
        #expect(records.first?.goAways == [.noError])
        #expect(records.first?.resets == [])
        #expect(records.first?.end == .finished)
    }

    @Test func `a service that is not registered is NOT_FOUND`() throws {
        let server = try HealthServer { _ in .serves(["": 1]) }
        let observations = try observe(server.address, services: ["no.Such"])
        #expect(observations.map(\.result) == [.rpc(.refused(GRPCStatus(code: .notFound)))])
    }

    @Test func `several services share one connection, and keep their order`() throws {
        let server = try HealthServer { _ in .serves(["": 1, "a": 2, "b": 0]) }
        let services = ["b", "none", "", "a"]
        let observations = try observe(server.address, services: services)
        #expect(observations.map(\.service).sorted() == services.sorted())
        let results = services.compactMap { service in
            observations.first { $0.service == service }?.result
        }
        #expect(
            results == [
                .answered(.unknown), .rpc(.refused(GRPCStatus(code: .notFound))),
                .answered(.serving), .answered(.notServing),
            ])
        let records = server.finish()
        #expect(records.count == 1)
        #expect(records.first?.requests.map(\.service) == services)
    }

    @Test func `several targets are observed in their order`() throws {
        let first = try HealthServer { _ in .serves(["": 2]) }
        let second = try HealthServer { _ in .serves(["": 1]) }
        let refusing = try RefusingPeer()
        let targets = [first.address, refusing.address, second.address]
        let observations = HealthProbe.observe(try plan(targets))
        #expect(observations.map(\.target.spelling) == targets)
        #expect(observations[0].result == .answered(.notServing))
        #expect(observations[1].failure?.phase == .connect)
        #expect(observations[1].failure?.cause.word == "connection_refused")
        #expect(observations[2].result == .answered(.serving))
    }

    @Test func `a request has everything that the plan asks for`() throws {
        let server = try HealthServer { _ in .serves(["": 1]) }
        var plan = try plan([server.address])
        plan.metadata = [HeaderField("x-token", "s3cret")]
        plan.userAgent = "tester/1"
        plan.authority = "shop.internal"
        plan.rpcTimeout = .seconds(3)
        _ = HealthProbe.observe(plan)
        #expect(
            server.finish().first?.requests.first?.headers == [
                ":method: POST", ":scheme: http", ":path: /grpc.health.v1.Health/Check",
                ":authority: shop.internal", "grpc-timeout: 3000000u", "te: trailers",
                "content-type: application/grpc", "user-agent: tester/1", "x-token: s3cret",
            ])
    }

    @Test func `the server is not promised more time than the run has`() throws {
        let server = try HealthServer { _ in .serves(["": 1]) }
        var plan = try plan([server.address])
        plan.runTimeout = .seconds(9)
        _ = HealthProbe.observe(plan)
        let headers = server.finish().first?.requests.first?.headers ?? []
        let timeout = headers.first { $0.hasPrefix("grpc-timeout: ") }
        let microseconds = try #require(timeout?.dropFirst(14).dropLast()).description
        #expect(timeout?.last == "u")
        #expect(try #require(Int(microseconds)) <= 9_000_000)
    }

    // MARK: Names

    @Test func `a name is looked up and connected to`() throws {
        let server = try HealthServer { _ in .serves(["": 1]) }
        let names = try TestNameServer {
            $0.type == 1 ? .addresses([.v4(.loopback)]) : .nothing
        }
        let port = try #require(server.address.split(separator: ":").last)
        let target = "dns://\(names.server)/db.test:\(port)"
        let observation = try #require(try observe(target).first)
        #expect(observation.result == .answered(.serving))
        #expect(observation.address?.description == server.address)
        #expect(observation.timings.resolve != nil)
    }

    @Test func `a name that does not exist is a failure to resolve`() throws {
        let names = try TestNameServer { _ in .failure(3) }
        let observations = try observe("dns://\(names.server)/no.test:1")
        #expect(
            observations.map(\.result) == [
                .failed(Failure(phase: .resolve, cause: .nameNotFound))
            ])
    }

    // MARK: A second connection

    @Test(arguments: [false, true], [0, 11] as [UInt32])
    func `a server that leaves a new connection is asked again`(
        closes: Bool, code: UInt32
    ) throws {
        let server = try HealthServer {
            $0 == 0 ? .leaves(code: code, closes: closes) : .serves(["": 1])
        }
        let observations = try observe(server.address)
        #expect(observations.map(\.result) == [.answered(.serving)])
        #expect(server.finish().count == 2)
    }

    @Test func `a name is looked up again for the second connection`() throws {
        let server = try HealthServer {
            $0 == 0 ? .leaves(code: 0, closes: false) : .serves(["": 1])
        }
        let names = try TestNameServer {
            $0.type == 1 ? .addresses([.v4(.loopback)]) : .nothing
        }
        let port = try #require(server.address.split(separator: ":").last)
        let observations = try observe("dns://\(names.server)/db.test:\(port)")
        #expect(observations.map(\.result) == [.answered(.serving)])
    }

    @Test func `a server that always leaves is not asked a third time`() throws {
        let server = try HealthServer { _ in .leaves(code: 11, closes: false) }
        let observations = try observe(server.address)
        #expect(observations.map(\.result) == [.rpc(.goAway(.enhanceYourCalm, debugData: []))])
        #expect(server.finish().count == 2)
    }

    @Test func `a refused stream is tried on a second connection`() throws {
        let server = try HealthServer {
            $0 == 0 ? .resets(.refusedStream) : .serves(["": 1])
        }
        #expect(try observe(server.address).map(\.result) == [.answered(.serving)])
        #expect(server.finish().count == 2)
    }

    @Test func `a stream that is refused twice is refused`() throws {
        let server = try HealthServer { _ in .resets(.refusedStream) }
        #expect(
            try observe(server.address).map(\.result) == [.rpc(.streamReset(.refusedStream))])
        #expect(server.finish().count == 2)
    }

    @Test func `any other reset is final`() throws {
        let server = try HealthServer { _ in .resets(.cancel) }
        #expect(try observe(server.address).map(\.result) == [.rpc(.streamReset(.cancel))])
        #expect(server.finish().count == 1)
    }

    @Test func `only the calls that were not processed are made again`() throws {
        let server = try HealthServer {
            $0 == 0 ? .servesOne(status: 2) : .serves(["a": 1, "b": 1])
        }
        let observations = try observe(server.address, services: ["a", "b"])
        let results = Dictionary(
            uniqueKeysWithValues: observations.map { ($0.service, $0.result) })
        #expect(results == ["a": .answered(.notServing), "b": .answered(.serving)])
        let records = server.finish()
        #expect(records.map { $0.requests.map(\.service) } == [["a", "b"], ["b"]])
    }

    @Test func `a call that may have been processed is not made again`() throws {
        let server = try HealthServer { _ in .breaksAfterOne(status: 1) }
        let observations = try observe(server.address, services: ["a", "b"])
        let results = Dictionary(
            uniqueKeysWithValues: observations.map { ($0.service, $0.result) })
        #expect(
            results == ["a": .answered(.serving), "b": .rpc(.connectionLost(.closed))])
        #expect(server.finish().count == 1)
    }

    // MARK: Peers that do not answer

    @Test func `a peer that closes at once`() throws {
        let server = try HealthServer { _ in .closes }
        let failure = try #require(try observe(server.address).first?.failure)
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
        let server = try HealthServer { _ in .says(text) }
        let failure = try #require(try observe(server.address).first?.failure)
        #expect(failure.phase == .http2)
        guard case .notHTTP2(let greeting) = failure.cause else {
            Issue.record("taken for \(failure.cause.word)")
            return
        }
        #expect(greeting.kind == kind)
        #expect(greeting.bytes == Array(text.utf8))
    }

    @Test func `a call that is not answered is cancelled at its deadline`() throws {
        let server = try HealthServer { _ in .ignores }
        var plan = try plan([server.address], services: ["a", "b"])
        plan.rpcTimeout = .milliseconds(200)
        let expected = Observation.Result.rpc(.timedOut(.rpcTimeout(.milliseconds(200))))
        #expect(HealthProbe.observe(plan).map(\.result) == [expected, expected])
        let record = try #require(server.finish().first)
        #expect(record.resets == [.cancel, .cancel])
        #expect(record.goAways == [.noError])
        #expect(record.end == .finished)
    }

    // MARK: Limits

    @Test(arguments: Hold.allCases)
    fileprivate func `every phase is bounded by the run and by its own limit`(hold: Hold) throws {
        let (target, keeping) = try hold.target()
        defer { withExtendedLifetime(keeping) {} }
        var plan = try plan([target])
        plan.runTimeout = .milliseconds(200)
        #expect(
            HealthProbe.observe(plan).map(\.result) == [
                .failed(
                    Failure(phase: hold.phase, cause: .timedOut(.runTimeout(.milliseconds(200)))))
            ])

        plan.runTimeout = nil
        plan.connectTimeout = hold == .rpc ? Self.patience : .milliseconds(200)
        plan.rpcTimeout = hold == .rpc ? .milliseconds(200) : Self.patience
        let limit: Limit =
            hold == .rpc ? .rpcTimeout(.milliseconds(200)) : .connectTimeout(.milliseconds(200))
        #expect(
            HealthProbe.observe(plan).map(\.result) == [
                .failed(Failure(phase: hold.phase, cause: .timedOut(limit)))
            ])
    }

    @Test func `one slow target does not take the others' results away`() throws {
        let silent = try HealthServer { _ in .ignores }
        let server = try HealthServer { _ in .serves(["": 1]) }
        var plan = try plan([silent.address, server.address])
        plan.runTimeout = .milliseconds(500)
        let observations = HealthProbe.observe(plan)
        #expect(observations.first?.failure?.cause.word == "timeout")
        #expect(observations.last?.result == .answered(.serving))
    }
}

extension Observation.Result {
    fileprivate static func rpc(_ cause: Cause) -> Observation.Result {
        .failed(Failure(phase: .rpc, cause: cause))
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
            let server = try HealthServer { _ in .silent }
            return (server.address, server)
        case .rpc:
            let server = try HealthServer { _ in .ignores }
            return (server.address, server)
        }
    }
}
