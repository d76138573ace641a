import Basics
import Outcome
import Run
import TestSupport
import Testing

/// Calls that a server has not processed are made once more.
@Suite struct SecondConnectionTests {
    @Test(arguments: [false, true], [0, 11] as [UInt32])
    func `a server that leaves a new connection is asked again`(
        closes: Bool, code: UInt32
    ) throws {
        let simulation = Simulation()
        let server = try simulation.server {
            $0 == 0 ? .leaves(code: code, closes: closes) : .serves
        }
        let observations = try simulation.observe(server.address)
        #expect(observations.map(\.result) == [.answered(.serving)])
        #expect(server.records.count == 2)
    }

    @Test func `a name is looked up again for the second connection`() throws {
        let server = try peer(
            """
            connection 1
            goaway last=0
            await close
            connection 2
            \(servingScript)
            """)
        let names = try TestNameServer {
            $0.type == 1 ? .addresses([.v4(.loopback)]) : .nothing
        }
        let port = try #require(server.address.split(separator: ":").last)
        let observations = Run.observe(try plan(["dns://\(names.server)/db.test:\(port)"]))
        #expect(observations.map(\.result) == [.answered(.serving)])
    }

    @Test func `a server that always leaves is not asked a third time`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .leaves(code: 11, closes: false) }
        let observations = try simulation.observe(server.address)
        #expect(observations.map(\.result) == [.rpc(.goAway(.enhanceYourCalm, debugData: []))])
        #expect(server.records.count == 2)
    }

    @Test func `a server that leaves and answers all the same has answered`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .leavesServing(status: 2) }
        #expect(try simulation.observe(server.address).map(\.result) == [.answered(.notServing)])
        #expect(server.records.count == 1)
    }

    @Test func `a refused stream is tried on a second connection`() throws {
        let simulation = Simulation()
        let server = try simulation.server {
            $0 == 0 ? .resets(.refusedStream) : .serves
        }
        #expect(try simulation.observe(server.address).map(\.result) == [.answered(.serving)])
        #expect(server.records.count == 2)
    }

    @Test func `a stream that is refused twice is refused`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .resets(.refusedStream) }
        #expect(
            try simulation.observe(server.address).map(\.result) == [
                .rpc(.streamReset(.refusedStream))
            ])
        #expect(server.records.count == 2)
    }

    @Test func `any other reset is final`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .resets(.cancel) }
        #expect(
            try simulation.observe(server.address).map(\.result) == [.rpc(.streamReset(.cancel))])
        #expect(server.records.count == 1)
    }

    @Test func `only the calls that were not processed are made again`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["a": 1, "b": 1]) {
            $0 == 0 ? .servesOne(status: 2) : .serves
        }
        let observations = try simulation.observe(server.address, services: ["a", "b"])
        let results = Dictionary(
            uniqueKeysWithValues: observations.map { ($0.service, $0.result) })
        #expect(results == ["a": .answered(.notServing), "b": .answered(.serving)])
        let records = server.records
        // Whether the server has seen the second request depends on when its SETTINGS came.
        #expect(records.map { $0.requests.first?.service } == ["a", "b"])
    }

    @Test func `a call that may have been processed is not made again`() throws {
        let simulation = Simulation()
        let server = try simulation.server { _ in .breaksAfterOne(status: 1) }
        let observations = try simulation.observe(server.address, services: ["a", "b"])
        let results = Dictionary(
            uniqueKeysWithValues: observations.map { ($0.service, $0.result) })
        #expect(
            results == ["a": .answered(.serving), "b": .rpc(.connectionLost(.closed))])
        #expect(server.records.count == 1)
    }

    @Test func `a call that waited on a server which left has that for its news`() throws {
        let simulation = Simulation()
        let server = try simulation.server(["a": 1, "b": 1]) {
            $0 == 0 ? .leaves(code: 0, closes: false) : .says("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let observations = try simulation.observe(server.address, services: ["a", "b"])
        // The first had left again, so its news is what came of it; but the server was there once.
        #expect(observations.map { $0.failure?.phase } == [.rpc, .rpc])
        #expect(observations.last?.result == .rpc(.goAway(.noError, debugData: [])))
    }
}
