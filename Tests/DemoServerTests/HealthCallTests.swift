import GRPC
import Testing
import health_demo_server

@Suite struct HealthCallTests {
    private let registry = HealthRegistry([
        (.overall, .serving), (ServiceName("shop.Cart"), .notServing),
        (ServiceName("shop.Odd"), .unknown), (ServiceName("shop.Far"), ServingStatus(-1)),
    ])

    // MARK: - Check

    @Test(
        arguments: [
            ("", [8, 1]), ("shop.Cart", [8, 2]), ("shop.Odd", []),
            ("shop.Far", [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
        ] as [(String, [UInt8])])
    func `Check answers the status`(_ service: String, _ message: [UInt8]) throws {
        #expect(ask("Check", HealthCheckRequest.encoded(service: service)) == .answer(message))
        #expect(try HealthCheckResponse.decode(message) == registry[ServiceName(service)])
    }

    @Test func `Check refuses an unknown service`() {
        #expect(ask("Check", HealthCheckRequest.encoded(service: "no.Such")) == refusal(.notFound))
    }

    @Test func `a request may come in any chunks`() {
        let bytes = MessagePrefix.framed(HealthCheckRequest.encoded(service: "shop.Cart"))
        for split in 0...bytes.count {
            var call = HealthCall()
            #expect(call.begin("Check", registry) == .none)
            #expect(
                call.receiveData(Array(bytes[..<split]), endStream: false, registry) == .none)
            #expect(
                call.receiveData(Array(bytes[split...]), endStream: true, registry)
                    == .answer([8, 2]))
            #expect(call.isOver && call.clientIsDone)
        }
    }

    @Test func `the end may come as trailers, or as an empty frame`() {
        let bytes = MessagePrefix.framed([])
        var call = HealthCall()
        _ = call.begin("Check", registry)
        #expect(call.receiveData(bytes, endStream: false, registry) == .none)
        #expect(
            call.receiveHeaders([], isTruncated: false, endStream: true, registry)
                == .answer([8, 1]))

        call = HealthCall()
        _ = call.begin("Check", registry)
        #expect(call.receiveData(bytes, endStream: false, registry) == .none)
        #expect(call.receiveData([], endStream: true, registry) == .answer([8, 1]))
    }

    // MARK: - List

    @Test func `List answers all services, sorted`() {
        let small = HealthRegistry([(ServiceName("a"), .unknown), (.overall, .serving)])
        let entries: [UInt8] = [10, 6, 10, 0, 18, 2, 8, 1] + [10, 5, 10, 1, 97, 18, 0]
        #expect(ask("List", [], small) == .answer(entries))
        #expect(ask("List", [], HealthRegistry()) == .answer([]))
    }

    @Test func `List refuses more than a hundred`() {
        let services = (1...100).map { (ServiceName("s\($0)"), ServingStatus.serving) }
        guard case .answer = ask("List", [], HealthRegistry(services)) else {
            Issue.record("a hundred services are listed")
            return
        }
        let more = HealthRegistry(services + [(.overall, .serving)])
        #expect(ask("List", [], more) == refusal(.resourceExhausted))
    }

    // MARK: - Watch

    @Test func `Watch tells the status at once, and then every change once`() {
        var registry = registry
        var call = HealthCall()
        _ = call.begin("Watch", registry)
        let request = MessagePrefix.framed(HealthCheckRequest.encoded(service: "shop.Cart"))
        #expect(call.receiveData(request, endStream: true, registry) == .open([8, 2]))
        #expect(!call.isOver)
        #expect(call.tell(registry) == .none)
        _ = registry.set(ServiceName("shop.Cart"), to: .serving)
        _ = registry.set(ServiceName("shop.Odd"), to: .serving)
        #expect(call.tell(registry) == .send([8, 1]))
        #expect(call.tell(registry) == .none)
        _ = registry.remove(ServiceName("shop.Cart"))
        #expect(call.tell(registry) == .send([8, 3]))
        #expect(!call.isOver)
    }

    @Test func `Watch waits for a service that is unknown`() {
        var registry = HealthRegistry()
        var call = HealthCall()
        _ = call.begin("Watch", registry)
        let request = MessagePrefix.framed(HealthCheckRequest.encoded(service: "later.On"))
        #expect(call.receiveData(request, endStream: true, registry) == .open([8, 3]))
        _ = registry.set(ServiceName("later.On"), to: .unknown)
        #expect(call.tell(registry) == .send([]))
    }

    @Test func `what changed twice while nobody could be told is told once`() {
        var registry = registry
        var call = HealthCall()
        _ = call.begin("Watch", registry)
        _ = call.receiveData(MessagePrefix.framed([]), endStream: true, registry)
        _ = registry.set(.overall, to: .notServing)
        _ = registry.set(.overall, to: .serving)
        #expect(call.tell(registry) == .none)
    }

    @Test func `there is nothing to tell a call that does not watch`() {
        var call = HealthCall()
        _ = call.begin("Check", registry)
        #expect(call.tell(registry) == .none)
        _ = call.receiveData(MessagePrefix.framed([]), endStream: true, registry)
        #expect(call.tell(HealthRegistry()) == .none)
    }

    // MARK: - Refusals

    @Test(arguments: [
        "/grpc.health.v1.Health/check", "/grpc.health.v1.Health", "/", "",
        "/grpc.health.v1.Health/Check/",
    ])
    func `other paths are not implemented`(_ path: String) {
        var call = HealthCall()
        let fields = requestFields(path: path)
        let action = call.receiveHeaders(
            fields, isTruncated: false, endStream: false, registry)
        #expect(byCode(action) == refusal(.unimplemented))
        #expect(call.isOver && !call.clientIsDone)
    }

    @Test(
        arguments: [
            (nil, 415), ("text/html", 415), ("application/grpcx", 415), ("Application/json", 415),
        ] as [(String?, Int)])
    func `what is not gRPC gets an HTTP status`(_ contentType: String?, _ status: Int) {
        var call = HealthCall()
        var fields = requestFields(path: "/grpc.health.v1.Health/Check")
        fields.removeAll { $0.name == Array("content-type".utf8) }
        if let contentType { fields.append(HeaderField("content-type", contentType)) }
        #expect(
            call.receiveHeaders(fields, isTruncated: false, endStream: true, registry)
                == .reject(httpStatus: status))
    }

    @Test(arguments: ["application/grpc", "application/grpc+proto", "application/grpc;x=y"])
    func `gRPC has several content types`(_ contentType: String) {
        var call = HealthCall()
        var fields = requestFields(path: "/grpc.health.v1.Health/Check")
        fields.removeAll { $0.name == Array("content-type".utf8) }
        fields.append(HeaderField("content-type", contentType))
        #expect(
            call.receiveHeaders(fields, isTruncated: false, endStream: false, registry) == .none)
    }

    @Test func `GET and endless headers get an HTTP status`() {
        var fields = requestFields(path: "/grpc.health.v1.Health/Check")
        fields[0] = HeaderField(":method", "GET")
        var call = HealthCall()
        #expect(
            call.receiveHeaders(fields, isTruncated: false, endStream: true, registry)
                == .reject(httpStatus: 405))
        call = HealthCall()
        #expect(
            call.receiveHeaders(fields, isTruncated: true, endStream: true, registry)
                == .reject(httpStatus: 431))
    }

    @Test(
        arguments: [
            [], [0, 0, 0], [0, 0, 0, 0, 2, 10], [2, 0, 0, 0, 0], [1, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 2, 10, 5],
            [0, 0, 0, 0, 4, 10, 2, 0xFF, 0xFE],
            [0, 0, 0, 0, 1, 15],
        ] as [[UInt8]])
    func `a bad message is an internal error`(_ body: [UInt8]) {
        for method in ["Check", "Watch"] {
            var call = HealthCall()
            _ = call.begin(method, registry)
            #expect(
                byCode(call.receiveData(body, endStream: true, registry)) == refusal(.internal))
            #expect(call.isOver)
        }
    }

    @Test func `a request without a message is an internal error`() {
        var call = HealthCall()
        let fields = requestFields(path: "/grpc.health.v1.Health/Check")
        #expect(
            byCode(call.receiveHeaders(fields, isTruncated: false, endStream: true, registry))
                == refusal(.internal))
    }

    @Test func `a large message is refused before it has come`() {
        var call = HealthCall()
        _ = call.begin("Check", registry)
        let action = call.receiveData([0, 0xFF, 0xFF, 0xFF, 0xFF], endStream: false, registry)
        #expect(byCode(action) == refusal(.resourceExhausted))
        #expect(call.isOver && !call.clientIsDone)
        #expect(call.receiveData([1, 2, 3], endStream: true, registry) == .none)
        #expect(call.clientIsDone)
    }

    @Test func `an unknown encoding is not implemented, a known one is understood`() {
        var call = HealthCall()
        _ = call.begin("Check", registry, encoding: "snappy")
        #expect(
            byCode(call.receiveData([1, 0, 0, 0, 1, 0], endStream: true, registry))
                == refusal(.unimplemented))
        // An empty message, compressed by gzip(1).
        let empty: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        var framed = MessagePrefix.framed(empty)
        framed[0] = 1
        call = HealthCall()
        _ = call.begin("Check", registry, encoding: "gzip")
        #expect(call.receiveData(framed, endStream: true, registry) == .answer([8, 1]))
        framed[7] = 9
        call = HealthCall()
        _ = call.begin("Check", registry, encoding: "gzip")
        #expect(byCode(call.receiveData(framed, endStream: true, registry)) == refusal(.internal))
    }

    // MARK: - Support

    private func ask(
        _ method: String, _ message: [UInt8], _ registry: HealthRegistry? = nil
    ) -> HealthCall.Action {
        let registry = registry ?? self.registry
        var call = HealthCall()
        _ = call.begin(method, registry)
        return byCode(
            call.receiveData(MessagePrefix.framed(message), endStream: true, registry))
    }
}

/// A refusal by its code alone: the words are for people.
private func refusal(_ code: GRPCStatusCode) -> HealthCall.Action {
    .refuse(GRPCStatus(code: code))
}

private func byCode(_ action: HealthCall.Action) -> HealthCall.Action {
    guard case .refuse(let status) = action else { return action }
    #expect(!status.message.isEmpty)
    #expect(status.message.allSatisfy { 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "%") })
    return refusal(status.code)
}

private func requestFields(path: String, encoding: String? = nil) -> [HeaderField] {
    var fields = [
        HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
        HeaderField(":path", path), HeaderField("content-type", "application/grpc"),
    ]
    if let encoding { fields.append(HeaderField("grpc-encoding", encoding)) }
    return fields
}

extension HealthCall {
    fileprivate mutating func begin(
        _ method: String, _ registry: HealthRegistry, encoding: String? = nil
    ) -> Action {
        receiveHeaders(
            requestFields(path: "/grpc.health.v1.Health/\(method)", encoding: encoding),
            isTruncated: false, endStream: false, registry)
    }
}
