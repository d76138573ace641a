import Basics
import GRPC
import Outcome
import Run
import TestSupport
import Testing

/// Whole runs against servers on loopback.
@Suite struct ObserveTests {
    // MARK: Answers

    @Test(arguments: [0, 1, 2, 3, 99] as [Int32])
    func `a status is an answer`(status: Int32) throws {
        let simulation = Simulation()
        let server = try simulation.server(["": status])
        let observations = try simulation.observe(server.address)
        #expect(observations.map(\.result) == [.answered(ServingStatus(status))])
    }

    @Test(arguments: [Loopback.ipv4, .ipv6, .unix, .unixAbstract])
    func `an observation says where, and how long each phase took`(place: Loopback) throws {
        let server = try peer(servingScript, on: place)
        let observation = try #require(
            Run.observe(try plan([server.address], services: ["shop.Cart"])).first)
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
        let simulation = Simulation()
        let server = try simulation.server(["": 1])
        _ = try simulation.observe(server.address)
        let records = server.records
        #expect(records.count == 1)
        #expect(records.first?.goAways == [.noError])
        #expect(records.first?.resets == [])
        #expect(records.first?.end == .finished)
    }

    @Test func `a service that is not registered is NOT_FOUND`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["": 1])
        let observations = try simulation.observe(server.address, services: ["no.Such"])
        #expect(observations.map(\.result) == [.rpc(.refused(GRPCStatus(code: .notFound)))])
    }

    @Test func `several services share one connection, and keep their order`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["": 1, "a": 2, "b": 0])
        let services = ["b", "none", "", "a"]
        let observations = try simulation.observe(server.address, services: services)
        #expect(observations.map(\.service).sorted() == services.sorted())
        let results = services.compactMap { service in
            observations.first { $0.service == service }?.result
        }
        #expect(
            results == [
                .answered(.unknown), .rpc(.refused(GRPCStatus(code: .notFound))),
                .answered(.serving), .answered(.notServing),
            ])
        let records = server.records
        #expect(records.count == 1)
        #expect(records.first?.requests.map(\.service) == services)
    }

    @Test func `several targets are observed in their order`() throws {
        let simulation = Simulation()
        let first = try simulation.server(["": 2])
        let second = try simulation.server()
        let refusing = try RefusingPeer()
        let targets = [first.address, refusing.address, second.address]
        let observations = simulation.observe(try plan(targets))
        #expect(observations.map(\.target.spelling) == targets)
        #expect(observations[0].result == .answered(.notServing))
        #expect(observations[1].failure?.phase == .connect)
        #expect(observations[1].failure?.cause.word == "connection_refused")
        #expect(observations[2].result == .answered(.serving))
    }

    @Test func `a request has everything that the plan asks for`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["": 1])
        var plan = try RunTests.plan([server.address])
        plan.metadata = [HeaderField("x-token", "s3cret")]
        plan.userAgent = "tester/1"
        plan.authority = "shop.internal"
        plan.rpcTimeout = .seconds(3)
        _ = simulation.observe(plan)
        #expect(
            server.records.first?.requests.first?.headers == [
                ":method: POST", ":scheme: http", ":path: /grpc.health.v1.Health/Check",
                ":authority: shop.internal", "grpc-timeout: 3000000u", "te: trailers",
                "content-type: application/grpc", "user-agent: tester/1", "x-token: s3cret",
            ])
    }

    @Test func `the server is not promised more time than the run has`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["": 1])
        var plan = try RunTests.plan([server.address])
        plan.runTimeout = .seconds(9)
        _ = simulation.observe(plan)
        let headers = server.records.first?.requests.first?.headers ?? []
        let timeout = headers.first { $0.hasPrefix("grpc-timeout: ") }
        let microseconds = try #require(timeout?.dropFirst(14).dropLast()).description
        #expect(timeout?.last == "u")
        #expect(try #require(Int(microseconds)) <= 9_000_000)
    }

    // MARK: Names

    @Test func `a name is looked up and connected to`() throws {
        let server = try peer(servingScript)
        let names = try TestNameServer {
            $0.type == 1 ? .addresses([.v4(.loopback)]) : .nothing
        }
        let port = try #require(server.address.split(separator: ":").last)
        let target = "dns://\(names.server)/db.test:\(port)"
        let observation = try #require(Run.observe(try plan([target])).first)
        #expect(observation.result == .answered(.serving))
        #expect(observation.address?.description == server.address)
        #expect(observation.timings.resolve != nil)
    }

    @Test func `a name that does not exist is a failure to resolve`() throws {
        let names = try TestNameServer { _ in .failure(3) }
        let observations = Run.observe(try plan(["dns://\(names.server)/no.test:1"]))
        #expect(
            observations.map(\.result) == [
                .failed(Failure(phase: .resolve, cause: .nameNotFound))
            ])
    }
}
