import GRPC
import Outcome
import Report
import TestSupport
import Testing

@Suite struct StepTextTests {
    @Test(arguments: StepRow.all)
    fileprivate func `a step is one line`(row: StepRow) {
        let line = StepText.line(row.step, target: "db:5000", elapsed: .microseconds(12_345))
        #expect(line == "[12.345 ms] db:5000: \(row.text)\n")
    }

    @Test func `a thousand trust domains are not all named`() throws {
        let name = [UInt8](repeating: UInt8(ascii: "d"), count: 255)
        let identified = Step.identified(
            try SPIFFEID("spiffe://a/b".utf8),
            [TrustDomain](repeating: try TrustDomain(name), count: 1_000))
        #expect(StepText.line(identified, target: "x", elapsed: .zero).utf8.count < 1_200)
    }

    @Test func `values of metadata are never shown`() {
        let secret = "s3cret\u{1B}"
        let step = Step.requesting(
            service: "a\nb",
            metadata: [HeaderField("authorization", secret), HeaderField("x-key-bin", secret)])
        #expect(
            StepText.line(step, target: "x\r:1", elapsed: .zero)
                == "[0.000 ms] x\\r:1: asking about service \"a\\nb\","
                + " authorization: (redacted), x-key-bin: (redacted)\n")
    }

    @Test(
        arguments: [
            (.nanoseconds(1), "1ns"), (.nanoseconds(999), "999ns"), (.microseconds(1), "1us"),
            (.nanoseconds(1_500), "1.5us"), (.milliseconds(1), "1ms"),
            (.milliseconds(250), "250ms"), (.microseconds(1_500), "1.5ms"),
            (.nanoseconds(1_000_001), "1.000001ms"), (.nanoseconds(999_999_999), "999.999999ms"),
            (.seconds(1), "1s"), (.milliseconds(1_500), "1.5s"),
            (.nanoseconds(1_000_000_001), "1.000000001s"), (.seconds(59), "59s"),
            (.seconds(60), "1m"), (.seconds(90), "1m30s"), (.milliseconds(61_500), "1m1.5s"),
            (.seconds(3_600), "1h"), (.seconds(3_660), "1h1m"), (.seconds(3_601), "1h1s"),
            (.seconds(7_200), "2h"), (.seconds(86_400), "24h"), (.zero, "0ns"),
        ] as [(Duration, String)])
    func `a duration is written as the flags take it`(duration: Duration, text: String) {
        #expect(duration.goText == text)
    }
}

private struct StepRow: Sendable, CustomTestStringConvertible {
    var step: Step
    var text: String

    init(_ step: Step, _ text: String) {
        self.step = step
        self.text = text
    }

    var testDescription: String { text }

    private static func frame(
        _ type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, length: Int = 0, detail: String = "",
        _ direction: FrameSummary.Direction = .received
    ) -> Step {
        .frame(
            FrameSummary(
                direction: direction, type: type, flags: flags, stream: stream, length: length,
                detail: detail))
    }

    static let all: [StepRow] = [
        StepRow(.fetchingIdentity, "asking for an X.509-SVID"),
        StepRow(
            .identified(
                SPIFFEID(known: "spiffe://a/b"),
                [TrustDomain(known: "a"), TrustDomain(known: "c")]),
            "identity spiffe://a/b, trust bundles of a, c"),
        StepRow(.lookingUp("db"), "looking up db"),
        StepRow(
            .connecting([.ipv4(.loopback, port: 1), .ipv6(.loopback, port: 1)]),
            "connecting to 127.0.0.1:1, [::1]:1"),
        StepRow(.connected(.unix(path: "/x\u{1B}")), "connected to unix:/x\\x1b"),
        StepRow(
            .passing(
                .ipv4(.loopback, port: 1),
                Failure(phase: .http2, cause: .connectionLost(.closed))),
            "127.0.0.1:1: http2 failed, connection_closed (UNAVAILABLE), trying the next address"),
        StepRow(.requesting(service: "", metadata: []), "asking about service \"\""),
        StepRow(.settings, "HTTP/2 settings received"),
        StepRow(.goAway(.noError, debugData: []), "GOAWAY NO_ERROR received"),
        StepRow(
            .goAway(.enhanceYourCalm, debugData: Array("calm\n".utf8)),
            "GOAWAY ENHANCE_YOUR_CALM received: \"calm\\n\""),
        StepRow(.ended(service: "a", .answered(.serving)), "service \"a\": SERVING"),
        StepRow(
            .ended(service: "a", .failed(Failure(phase: .resolve, cause: .nameNotFound))),
            "service \"a\": resolve failed, name_not_found (UNAVAILABLE)"),
        StepRow(
            .retrying(service: "a"), "the call for service \"a\" was not processed, making it again"
        ),
        StepRow(.closed(byPeerToo: true), "closed by both sides"),
        StepRow(.closed(byPeerToo: false), "closed, but the server has not closed its side"),
        StepRow(
            frame(0, flags: 0x9, stream: 1, length: 7, .sent),
            "> DATA stream=1 length=7 END_STREAM PADDED"),
        StepRow(
            frame(1, flags: 0x5, stream: 1, length: 20, detail: ":status=200, x\u{1B}"),
            "< HEADERS stream=1 length=20 END_STREAM END_HEADERS :status=200, x\\x1b"),
        StepRow(
            frame(4, length: 6, detail: "ENABLE_PUSH=0"),
            "< SETTINGS stream=0 length=6 ENABLE_PUSH=0"),
        StepRow(frame(4, flags: 0x1), "< SETTINGS stream=0 length=0 ACK"),
        StepRow(frame(6, flags: 0x1, length: 8), "< PING stream=0 length=8 ACK"),
        StepRow(frame(2), "< PRIORITY stream=0 length=0"),
        StepRow(frame(3, stream: 1), "< RST_STREAM stream=1 length=0"),
        StepRow(frame(5), "< PUSH_PROMISE stream=0 length=0"),
        StepRow(frame(7), "< GOAWAY stream=0 length=0"),
        StepRow(frame(8), "< WINDOW_UPDATE stream=0 length=0"),
        StepRow(frame(9), "< CONTINUATION stream=0 length=0"),
        StepRow(frame(200, flags: 0xFF), "< frame type 200 stream=0 length=0"),
    ]
}

extension SPIFFEID {
    fileprivate init(known text: String) {
        guard let identity = try? SPIFFEID(text.utf8) else { preconditionFailure(text) }
        self = identity
    }
}

extension TrustDomain {
    fileprivate init(known text: String) {
        guard let domain = try? TrustDomain(text.utf8) else { preconditionFailure(text) }
        self = domain
    }
}
