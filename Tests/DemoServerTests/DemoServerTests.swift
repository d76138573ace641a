import Foundation
import GRPC
import HTTP2
import TestSupport
import Testing

/// The built server, asked by the built probe and by a client that misbehaves.
@Suite(.timeLimit(.minutes(2))) struct DemoServerTests {
    @Test func `the probe understands every answer`() throws {
        let server = try RunningServer()
        let address = server.addresses[0]
        #expect(try server.probe("-addr", address) == (.code(0), "status: SERVING\n"))
        #expect(
            try server.probe("-addr", address, "-service", "shop.Search")
                == (.code(4), "status: NOT_SERVING\n"))
        #expect(
            try server.probe("-addr", address, "-service", "shop.Odd")
                == (.code(5), "status: UNKNOWN\n"))
        #expect(try server.probe("-addr", address, "-service", "no.Such").status == .code(3))
        #expect(try server.tell("set \"\" NOT_SERVING") == "ok")
        #expect(try server.probe("-addr", address) == (.code(4), "status: NOT_SERVING\n"))
    }

    @Test func `it listens wherever it is told`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = "\(directory)/socket"
        let server = try RunningServer(
            ["--listen", "[::1]:0", "--listen", "unix:\(path)", "--ports", "3"], listeners: 5)
        #expect(server.addresses[1] == "unix:\(path)")
        #expect(Set(server.addresses).count == 5)
        for address in server.addresses {
            #expect(try server.probe("-addr", address).status == .code(0), "\(address)")
        }
        #expect(try server.tell("quit") == "ok")
        #expect(server.process.finish(within: .seconds(30)) == .code(0))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(server.process.errors.isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends it, politely`(_ number: Int32) throws {
        let server = try RunningServer()
        let client = try TestClient(server.addresses[0])
        let watch = try client.call("Watch")
        try client.wait { _ in client.data(of: watch).count == 7 }
        server.process.signal(number)
        try client.waitForEnd()
        #expect(client.end == .end)
        #expect(client.events.contains(.goAway(lastStream: watch, .noError, debugData: [])))
        #expect(server.process.finish(within: .seconds(30)) == .code(0))
    }

    @Test func `it does not outlive its input, unless it is told to`() throws {
        var plan = ChildProcess.Plan(program: RunningServer.program)
        let orphan = try ChildProcess(plan)
        #expect(orphan.finish(within: .seconds(30)) == .code(0))

        plan.arguments = ["--no-stdin"]
        let hermit = try ChildProcess(plan)
        #expect(hermit.wait(upTo: .seconds(30)) { output, _ in output.contains(0x0A) })
        hermit.signal(SIGTERM)
        #expect(hermit.finish(within: .seconds(30)) == .code(0))
    }

    @Test func `watchers hear of changes, in all connections`() throws {
        let server = try RunningServer()
        let clients = try (0..<3).map { _ in try TestClient(server.addresses[0]) }
        let name = HealthCheckRequest.encoded(service: "later.On")
        let streams = try clients.map { try $0.call("Watch", name) }
        for (client, stream) in zip(clients, streams) {
            try client.wait { _ in client.data(of: stream).count == 7 }
        }
        #expect(try server.tell("set later.On SERVING") == "ok")
        #expect(try server.tell("set other.One SERVING") == "ok")
        #expect(try server.tell("set later.On SERVING") == "ok")
        #expect(try server.tell("remove later.On") == "ok")
        let unknown = MessagePrefix.framed([8, 3])
        let expected = unknown + MessagePrefix.framed([8, 1]) + unknown
        for (client, stream) in zip(clients, streams) {
            try client.wait { _ in client.data(of: stream).count >= expected.count }
            #expect(client.data(of: stream) == expected)
            #expect(client.headers(of: stream).count == 1)
        }
    }

    @Test func `a call that its client has given up harms nothing`() throws {
        let server = try RunningServer()
        let client = try TestClient(server.addresses[0])
        let watch = try client.call("Watch")
        try client.wait { _ in client.data(of: watch).count == 7 }
        client.reset(watch)
        // The answer comes after the reset has arrived.
        let check = try client.call("Check")
        try client.wait { _ in client.headers(of: check).count == 2 }
        #expect(try server.tell("set \"\" NOT_SERVING") == "ok")
        let again = try client.call("Check")
        try client.wait { _ in client.headers(of: again).count == 2 }
        #expect(client.data(of: watch) == MessagePrefix.framed([8, 1]))
        #expect(client.data(of: again) == MessagePrefix.framed([8, 2]))
    }

    @Test func `refusals are headers that end the stream`() throws {
        let server = try RunningServer()
        let client = try TestClient(server.addresses[0])
        let missing = try client.call("Check", HealthCheckRequest.encoded(service: "no.Such"))
        let other = try client.call("Discover")
        let web = try client.call("Check", contentType: "text/html")
        try client.wait { _ in
            [missing, other, web].allSatisfy { !client.headers(of: $0).isEmpty }
        }
        #expect(client.headers(of: missing).map { $0["grpc-status"] } == ["5"])
        #expect(client.headers(of: other).map { $0["grpc-status"] } == ["12"])
        #expect(client.headers(of: other)[0]["grpc-message"] == "unknown method")
        #expect(client.headers(of: web) == [[":status": "415"]])
        #expect(client.data(of: missing) + client.data(of: other) + client.data(of: web) == [])
    }

    @Test func `a client that finishes writing is still answered`() throws {
        let server = try RunningServer()
        let client = try TestClient(server.addresses[0])
        let stream = try client.call("Check")
        try client.finishWriting()
        try client.waitForEnd()
        #expect(client.end == .end)
        #expect(client.data(of: stream) == MessagePrefix.framed([8, 1]))
        #expect(client.headers(of: stream).last?["grpc-status"] == "0")
    }

    @Test func `what is not HTTP2 is let go, and others are served on`() throws {
        let server = try RunningServer()
        let stranger = try TestClient(server.addresses[0])
        stranger.send(raw: "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        try stranger.waitForEnd()
        #expect(stranger.end == .end)
        #expect(try server.probe("-addr", server.addresses[0]).status == .code(0))
    }

    @Test func `what cannot be done is one line and exit code 1`() throws {
        let server = try RunningServer()
        let arguments = [["--listen", server.addresses[0]], ["--listen", "db:1"], ["-x"]]
        for words in arguments {
            let second = try ChildProcess(
                ChildProcess.Plan(program: RunningServer.program, arguments: words))
            #expect(second.finish(within: .seconds(30)) == .code(1))
            let errors = String(decoding: second.errors, as: UTF8.self)
            #expect(errors.hasPrefix("health-demo-server: ") && errors.hasSuffix("\n"))
            #expect(errors.split(separator: "\n").count == 1)
            #expect(second.output.isEmpty)
        }
    }
}
