import GRPC
import Testing

@Suite struct RequestTemplateTests {
    private let metadata = [
        HeaderField("x-b", "1"), HeaderField("x-a", "2"), HeaderField("x-b", "3"),
    ]

    private func lines(timeout: Duration?) -> [String] {
        RequestTemplate(
            path: HealthMethod.check.path, usesTLS: false, authority: "db:5000",
            userAgent: "probe/1", metadata: metadata
        ).headers(timeout: timeout).fields.map {
            String(decoding: $0.name + Array(": ".utf8) + $0.value, as: UTF8.self)
        }
    }

    @Test func `a request has the headers of gRPC in its order`() {
        #expect(
            lines(timeout: .seconds(1)) == [
                ":method: POST", ":scheme: http", ":path: /grpc.health.v1.Health/Check",
                ":authority: db:5000", "grpc-timeout: 1000000u", "te: trailers",
                "content-type: application/grpc", "user-agent: probe/1", "x-b: 1", "x-a: 2",
                "x-b: 3",
            ])
    }

    @Test func `a compressed request says so before the user's metadata`() {
        let block = RequestTemplate(
            path: HealthMethod.check.path, usesTLS: false, authority: "db:5000",
            userAgent: "probe/1", compresses: true, metadata: metadata
        ).headers(timeout: nil)
        #expect(
            block.fields.map { String(decoding: $0.name, as: UTF8.self) } == [
                ":method", ":scheme", ":path", ":authority", "te", "content-type",
                "grpc-encoding", "grpc-accept-encoding", "user-agent", "x-b", "x-a", "x-b",
            ])
    }

    @Test func `without a limit there is no grpc-timeout`() {
        #expect(!lines(timeout: nil).contains { $0.hasPrefix("grpc-timeout") })
    }
}
