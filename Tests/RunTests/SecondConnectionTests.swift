import Run
import TestSupport
import Testing

/// Calls that a server has not processed are made once more.
@Suite struct SecondConnectionTests {
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

    @Test func `a server that leaves and answers all the same has answered`() throws {
        let server = try HealthServer { _ in .leavesServing(status: 2) }
        #expect(try observe(server.address).map(\.result) == [.answered(.notServing)])
        #expect(server.finish().count == 1)
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
        // Whether the server has seen the second request depends on when its SETTINGS came.
        #expect(records.map { $0.requests.first?.service } == ["a", "b"])
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
}
