import Basics
import GRPC
import Outcome
import Plan
import Report
import TestSupport
import Testing

/// The sentence for every cause, and its hint.
@Suite struct FailureTextTests {
    @Test(arguments: TextRow.all)
    fileprivate func `a failure has its sentence`(row: TextRow) {
        #expect(row.text.cause == row.cause)
        #expect(row.text.hint == row.hint)
    }

    @Test(arguments: TextRow.all)
    fileprivate func `a sentence is one line without a full stop`(row: TextRow) {
        for text in [row.text.cause, row.text.hint ?? "x"] {
            #expect(!text.isEmpty)
            #expect(!text.contains { $0.isNewline })
            #expect(!text.hasSuffix("."))
        }
    }

    @Test(
        arguments: [
            ("grpc.health.v1.Health", true), ("grpc.health.v1.Health/Check", true),
            ("grpc.health.v1.Health/", true), ("/shop.Cart", true), ("/shop.Cart/Get", true),
            ("shop.Cart/Get", true), ("shop.v1.Cart/Get_2", true),
            ("shop.Cart", false), ("shop.Cart/", false), ("shop.Cart/Get/2", false),
            // Dubbo-go's: with a group, with both, with a version, and a group with a dot.
            ("canary/shop.Cart", false), ("canary/shop.Cart:1.0.0", false),
            ("shop.Cart:1.0.0", false), ("canary/Cart:1.0.0", false), ("canary/Cart", false),
            ("eu.canary/shop.Cart:1.0.0", false),
        ])
    func `a name that is a method's path is told from one with a group`(
        service: String, isPath: Bool
    ) {
        let status = GRPCStatus(code: .notFound)
        let hint = TextRow(.rpc, .refused(status), "", service: service).text.hint
        #expect((hint?.contains("or a method") ?? false) == isPath)
    }

    @Test(
        arguments: [
            ([], false), (["tri-service-group"], true), (["tri-service-version"], true),
            (["tri-service", "x"], false),
        ])
    func `a plan knows whether its metadata name a group`(names: [String], namesGroup: Bool) {
        var plan = Plan(targets: [], services: [""])
        plan.metadata = names.map { HeaderField(name: Array($0.utf8), value: []) }
        #expect(plan.requestTraits == RequestTraits(namesServiceGroup: namesGroup))
        plan.compresses = true
        #expect(plan.requestTraits.isCompressed)
    }

    @Test func `a quotation ends with a whole character`() {
        // 199 bytes, then one of three: the quotation is one byte too short for it.
        let body = Array((String(repeating: "x", count: 199) + "你好").utf8)
        let row = TextRow(
            .rpc, .notGRPC(HTTPAnswer(status: 500, contentType: nil, excerpt: body)), "")
        #expect(row.text.cause.hasSuffix("body \"\(String(repeating: "x", count: 199))\")"))
    }

    @Test func `a server's text is shortened before it is quoted`() {
        let long = [UInt8](repeating: 0x78, count: 1_000_000)
        for cause: Cause in [
            .refused(GRPCStatus(code: .internal, message: long)),
            .goAway(.noError, debugData: long),
            .badResponse(.malformedStatus(long)),
            .badResponse(.illegalHeaderField(long)),
            .badResponse(.message(.unsupportedEncoding(long))),
            .notGRPC(HTTPAnswer(status: 200, contentType: long, excerpt: long)),
            .protocolViolation(String(decoding: long, as: UTF8.self)),
        ] {
            #expect(TextRow(.rpc, cause, "").text.cause.utf8.count <= 4096)
        }
    }
}

private struct TextRow: Sendable, CustomTestStringConvertible {
    var failure: Failure
    var cause: String
    var hint: String?
    var service = "shop.Cart"
    var method = HealthMethod.check
    var request = RequestTraits()
    var security = TransportSecurity.plaintext

    init(
        _ phase: Phase, _ cause: Cause, _ text: String, hint: String? = nil,
        service: String = "shop.Cart", method: HealthMethod = .check,
        request: RequestTraits = RequestTraits(), security: TransportSecurity = .plaintext
    ) {
        failure = Failure(phase: phase, cause: cause)
        self.cause = text
        self.hint = hint
        self.service = service
        self.method = method
        self.request = request
        self.security = security
    }

    var testDescription: String { cause }

    var text: FailureText {
        var observation = Observation(.failed(failure), service: service)
        observation.method = method
        observation.request = request
        observation.security = security
        return FailureText(observation, failure)
    }
}

extension TextRow {
    static let all = connecting + http2 + rpc + dubbo + badResponses + list + watch

    private static let v4 = EndpointAddress.ipv4(.loopback, port: 5000)
    private static let v6 = EndpointAddress.ipv6(.loopback, port: 5000)

    private static func unreachable(_ attempts: (EndpointAddress, Int32)...) -> Cause {
        .unreachable(
            attempts.map { AttemptFailure(address: $0.0, error: SystemErrorNumber($0.1)) })
    }

    static let connecting: [TextRow] = [
        TextRow(.resolve, .nameNotFound, "there is no such name"),
        TextRow(.http2, .ownFault(.outOfMemory), "this program has run out of memory"),
        TextRow(
            .tls, .ownFault(.tls),
            "this program cannot make a TLS connection to a server with this name"),
        TextRow(.rpc, .ownFault(.http2("x\n")), "this program cannot continue with HTTP/2: x\\n"),
        TextRow(
            .resolve, .nameWithoutAddress, "the name has neither an IPv4 nor an IPv6 address"),
        TextRow(
            .resolve, .nameServer("the name servers did not answer"),
            "the name servers did not answer"),
        TextRow(
            .resolve, .timedOut(.connectTimeout(.seconds(1))),
            "no answer from the name servers within 1s", hint: "-connect-timeout sets the limit"),
        TextRow(
            .connect, .timedOut(.connectTimeout(.milliseconds(250))),
            "no connection within 250ms", hint: "-connect-timeout sets the limit"),
        TextRow(
            .connect, .timedOut(.runTimeout(.milliseconds(900))), "no connection within 900ms",
            hint: "-timeout sets the limit"),
        TextRow(
            .connect, unreachable((v4, 111), (v6, 111)),
            "connection refused (127.0.0.1, ::1)"),
        TextRow(.connect, unreachable((v4, 111)), "connection refused (127.0.0.1)"),
        TextRow(
            .connect, unreachable((v6, 101), (v4, 111)),
            "::1: network unreachable; 127.0.0.1: connection refused"),
        TextRow(.connect, unreachable((v4, 4095)), "system error 4095 (127.0.0.1)"),
        TextRow(
            .connect, unreachable((.unix(path: "/run/x\u{1B}.sock"), 2)),
            "no such file or directory (/run/x\\x1b.sock)"),
        TextRow(
            .connect, unreachable((.unixAbstract(name: "x"), 111)), "connection refused (@x)"),
        TextRow(
            .connect, unreachable((.vsock(contextID: 3, port: 1), 19)), "no such device (vsock 3)"),
        TextRow(.connect, .unreachable([]), "there is no address to connect to"),
    ]

    private static let longGreeting = [UInt8](repeating: 0x41, count: 100)
    private static let tlsHint =
        "a TLS port closes plaintext connections like this: -tls speaks TLS"

    static let http2: [TextRow] = [
        TextRow(
            .http2, .timedOut(.connectTimeout(.seconds(1))),
            "connected, but the server sent no HTTP/2 settings within 1s",
            hint: "a TLS port waits like this for a TLS client: -tls speaks TLS;"
                + " -connect-timeout sets the limit"),
        TextRow(
            .http2, .timedOut(.runTimeout(.seconds(1))),
            "connected, but the server sent no HTTP/2 settings within 1s",
            hint: "a TLS port waits like this for a TLS client: -tls speaks TLS;"
                + " -timeout sets the limit"),
        TextRow(
            .http2, .timedOut(.connectTimeout(.seconds(1))),
            "connected, but the server sent no HTTP/2 settings within 1s",
            hint: "-connect-timeout sets the limit", security: .tls(nil)),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: Array("HTTP/1.1 400 Bad Request\r\nX: 1".utf8))),
            "the server does not speak HTTP/2 (first bytes: \"HTTP/1.1 400 Bad Request\")",
            hint: "is this a gRPC port? a TLS port may answer like this, too: -tls speaks TLS"),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: Array("HTTP/1.0 4000 Bad".utf8))),
            "the server does not speak HTTP/2 (first bytes: \"HTTP/1.0 4000 Bad\")"),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))),
            "this is an SSH server (first bytes: \"SSH-2.0-OpenSSH_9.2\")"),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: [0x15, 3, 1, 0, 2, 2, 0x0A])),
            "the server speaks TLS, but this check is plaintext", hint: "-tls speaks TLS"),
        TextRow(
            .tls, .tls(.certificate(.wrongName(wanted: "db", names: ["db.internal", "10.0.0.1"]))),
            "certificate is valid for \"db.internal\", \"10.0.0.1\", not \"db\"",
            hint: "-tls-server-name sets the name to verify"),
        TextRow(
            .tls,
            .tls(.certificate(.wrongName(wanted: "db", names: (1...7).map { "\u{1B}\($0)" }))),
            "certificate is valid for \"\\x1b1\", \"\\x1b2\", \"\\x1b3\", \"\\x1b4\","
                + " \"\\x1b5\" and 2 more, not \"db\"",
            hint: "-tls-server-name sets the name to verify"),
        TextRow(
            .tls, .tls(.certificate(.wrongName(wanted: "db", names: []))),
            "certificate has no host among its subject alternative names",
            hint: "hosts have to be named there; the common name of the subject does not count"),
        TextRow(
            .tls, .tls(.certificate(.expired(253_402_300_799, issuer: nil))),
            "certificate expired on 9999-12-31T23:59:59Z"),
        TextRow(
            .tls, .tls(.certificate(.expired(-1, issuer: "CN=Root"))),
            "the issuer's certificate \"CN=Root\" expired on 1969-12-31T23:59:59Z"),
        TextRow(
            .tls, .tls(.certificate(.expired(-62_162_035_201, issuer: nil))),
            "certificate expired on 0000-02-29T23:59:59Z"),
        TextRow(
            .tls, .tls(.certificate(.expired(-62_167_219_200, issuer: nil))),
            "certificate expired on 0000-01-01T00:00:00Z"),
        TextRow(
            .tls, .tls(.certificate(.expired(-62_162_035_200, issuer: nil))),
            "certificate expired on 0000-03-01T00:00:00Z"),
        TextRow(
            .tls, .tls(.certificate(.notYetValid(0, issuer: nil))),
            "certificate is not valid before 1970-01-01T00:00:00Z",
            hint: "is the clock of this machine right?"),
        TextRow(
            .tls, .tls(.certificate(.nothingTrusted(places: ["/a", "/b\n", "/c"]))),
            "no trusted certificates were found in \"/a\", \"/b\\n\" or \"/c\"",
            hint: "SSL_CERT_FILE or -tls-ca-cert names a file with certificates to trust"),
        TextRow(
            .tls,
            .tls(.certificate(.badSignature(of: "CN=I", issuer: "CN=R", isTrusted: false))),
            "the issuer's certificate \"CN=I\" is not signed by the \"CN=R\" that the server sent"),
        TextRow(
            .tls,
            .tls(.certificate(.wrongKeyIdentifier(of: nil, issuer: "CN=R", isTrusted: true))),
            "certificate names another key for \"CN=R\" than the trusted certificate has"
                + " (authority key identifier)"),
        TextRow(
            .tls, .tls(.certificate(.malformed(issuer: nil))),
            "certificate has extensions that cannot be read"),
        TextRow(
            .tls, .tls(.clientCertificateRejected(.unknownAuthority)),
            "the server rejected the client certificate (unknown_ca)",
            hint: "the server does not trust the certificate's issuer;"
                + " -tls-client-cert may need the whole chain"),
        TextRow(
            .tls, .tls(.alert(TLSAlert(80))),
            "the server ended the connection with the alert internal_error"),
        TextRow(
            .tls, .tls(.alert(TLSAlert(255))),
            "the server ended the connection with the alert 255"),
        TextRow(
            .tls, .tls(.notTLS(Greeting(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]))),
            "the server speaks plaintext HTTP/2, not TLS", hint: "leave out -tls",
            security: .tls(nil)),
        TextRow(
            .tls, .tls(.notTLS(Greeting(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]))),
            "the server speaks plaintext HTTP/2, not TLS", hint: "leave out -spiffe",
            security: .spiffe(nil)),
        TextRow(
            .tls, .tls(.notTLS(Greeting(bytes: Array("HTTP/1.1 400 \r\n".utf8)))),
            "the server does not speak TLS (first bytes: \"HTTP/1.1 400 \")",
            hint: "is this a gRPC port? if it is a plaintext one, leave out -tls",
            security: .tls(nil)),
        TextRow(
            .tls, .tls(.notTLS(Greeting(bytes: Array("HTTP/1.1 400 \r\n".utf8)))),
            "the server does not speak TLS (first bytes: \"HTTP/1.1 400 \")",
            hint: "is this a gRPC port? if it is a plaintext one, leave out -spiffe",
            security: .spiffe(nil)),
        TextRow(
            .tls, .tls(.notTLS(Greeting(bytes: Array("SSH-2.0-x\r\n".utf8)))),
            "the server does not speak TLS (first bytes: \"SSH-2.0-x\")", security: .tls(nil)),
        TextRow(
            .tls, .timedOut(.connectTimeout(.seconds(1))),
            "connected, but the TLS handshake did not finish within 1s",
            hint: "if this is a plaintext port, leave out -tls; -connect-timeout sets the limit",
            security: .tls(nil)),
        TextRow(
            .tls, .timedOut(.runTimeout(.seconds(1))),
            "connected, but the TLS handshake did not finish within 1s",
            hint: "if this is a plaintext port, leave out -spiffe; -timeout sets the limit",
            security: .spiffe(nil)),
        TextRow(
            .tls, .connectionLost(.closed),
            "the server closed the connection during the TLS handshake",
            hint: "if this is a plaintext port, leave out -tls", security: .tls(nil)),
        TextRow(
            .tls, .connectionLost(.closed),
            "the server closed the connection during the TLS handshake",
            hint: "if this is a plaintext port, leave out -spiffe", security: .spiffe(nil)),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: [0xFF, 0x1B, 0x0A, 0x41])),
            "the server does not speak HTTP/2 (first bytes: \"\\xff\\x1b\")"),
        TextRow(
            .http2, .notHTTP2(Greeting(bytes: longGreeting)),
            "the server does not speak HTTP/2"
                + " (first bytes: \"\(String(repeating: "A", count: 64))\")"),
        TextRow(
            .http2, .connectionLost(.closed),
            "the server closed the connection before sending any HTTP/2 settings", hint: tlsHint),
        TextRow(
            .http2, .connectionLost(.broken(SystemErrorNumber(104))),
            "the connection broke before any HTTP/2 settings arrived: connection reset by peer",
            hint: tlsHint),
        TextRow(
            .http2, .protocolViolation("SETTINGS expected\n"),
            "the server broke HTTP/2's rules: SETTINGS expected\\n"),
    ]

    private static func refused(_ code: Int32, _ message: String = "") -> Cause {
        .refused(GRPCStatus(code: GRPCStatusCode(code), message: Array(message.utf8)))
    }

    private static func notGRPC(_ status: Int, _ type: String?, _ body: String = "") -> Cause {
        .notGRPC(
            HTTPAnswer(
                status: status, contentType: type.map { Array($0.utf8) },
                excerpt: Array(body.utf8)))
    }

    static let rpc: [TextRow] = [
        TextRow(
            .rpc, .timedOut(.rpcTimeout(.seconds(1))), "no answer within 1s (DEADLINE_EXCEEDED)",
            hint: "-rpc-timeout sets the limit"),
        TextRow(
            .rpc, .timedOut(.keepalive(.seconds(20))),
            "no answer to a PING within 20s (UNAVAILABLE)"),
        TextRow(
            .rpc, .timedOut(.runTimeout(.milliseconds(900))),
            "no answer within 900ms (DEADLINE_EXCEEDED)", hint: "-timeout sets the limit"),
        TextRow(
            .rpc, .connectionLost(.closed),
            "the server closed the connection without an answer (UNAVAILABLE)"),
        TextRow(
            .rpc, .connectionLost(.broken(SystemErrorNumber(104))),
            "the connection broke before the answer arrived: connection reset by peer (UNAVAILABLE)"
        ),
        TextRow(
            .rpc, .goAway(.noError, debugData: []),
            "the server is going away and did not answer the call (GOAWAY NO_ERROR)"),
        TextRow(
            .rpc, .goAway(.enhanceYourCalm, debugData: Array("too_many_pings".utf8)),
            "the server is going away and did not answer the call"
                + " (GOAWAY ENHANCE_YOUR_CALM: \"too_many_pings\")",
            hint: "the server wants fewer PINGs: give -keepalive a longer time",
            request: RequestTraits(comesWithPings: true)),
        // Somebody else's PINGs: a proxy's, or another call's on its connection.
        TextRow(
            .rpc, refused(14, "Too many pings"),
            "the server answered UNAVAILABLE: \"Too many pings\""),
        TextRow(
            .rpc, refused(5, "unknown service"),
            "service \"shop.Cart\" is not registered with the health service (NOT_FOUND)"),
        TextRow(
            .rpc, refused(5),
            "service \"\" is not registered with the health service (NOT_FOUND)",
            hint: "this server has no overall status; -service asks for one of its services",
            service: ""),
        TextRow(
            .rpc, refused(5),
            "service \"grpc.health.v1.Health\" is not registered with the health service"
                + " (NOT_FOUND)",
            hint: "-service names the service to ask about, not the health service or a method",
            service: "grpc.health.v1.Health"),
        TextRow(
            .rpc, refused(5),
            "service \"shop.Cart/Get\" is not registered with the health service (NOT_FOUND)",
            hint: "-service names the service to ask about, not the health service or a method",
            service: "shop.Cart/Get"),
        TextRow(
            .rpc, refused(12), "the server has no health service (UNIMPLEMENTED)",
            hint: "the server has to register grpc.health.v1.Health"),
        TextRow(
            .rpc, refused(12, "unknown \"x\"\n"),
            "the server has no health service (UNIMPLEMENTED: \"unknown \\\"x\\\"\\n\")",
            hint: "the server has to register grpc.health.v1.Health"),
        TextRow(
            .rpc, refused(16, "who?"), "the server answered UNAUTHENTICATED: \"who?\"",
            hint: "-rpc-header @file sends credentials"),
        TextRow(
            .rpc, refused(7), "the server answered PERMISSION_DENIED",
            hint: "-rpc-header @file sends credentials"),
        TextRow(.rpc, refused(14, "draining"), "the server answered UNAVAILABLE: \"draining\""),
        TextRow(.rpc, refused(99, "odd"), "the server answered code 99: \"odd\""),
        TextRow(
            .rpc, notGRPC(502, "text/html", "<h1>\r\nbad"),
            "the server answered HTTP 502 (Bad Gateway), not gRPC"
                + " (UNAVAILABLE; content-type \"text/html\"; body \"<h1>\\r\\nbad\")"),
        TextRow(
            .rpc, notGRPC(404, nil),
            "the server answered HTTP 404 (Not Found), not gRPC (UNIMPLEMENTED; no content-type)",
            hint: "is this a gRPC port? a proxy in front of the server needs a route for gRPC"),
        TextRow(
            .rpc, notGRPC(403, "text/plain"),
            "the server answered HTTP 403 (Forbidden), not gRPC"
                + " (PERMISSION_DENIED; content-type \"text/plain\")",
            hint: "-rpc-header @file sends credentials"),
        TextRow(
            .rpc, notGRPC(299, "text/html"),
            "the server answered HTTP 299, not gRPC (UNKNOWN; content-type \"text/html\")"),
        TextRow(
            .rpc, .streamReset(.cancel), "the server reset the stream with CANCEL (CANCELLED)"),
        TextRow(
            .rpc, .streamReset(HTTP2ErrorCode(0xd)),
            "the server reset the stream with HTTP_1_1_REQUIRED (INTERNAL)",
            hint: "the server wants HTTP/1.1 here"),
    ]

    private static let groupRefusal =
        "the server has no health service"
        + " (UNIMPLEMENTED: \"no implementation found for service group x\")"
    private static let noList =
        "where only List is missing, as in Dubbo-go and Connect servers, -service asks for one"
        + " service by name"

    static let dubbo: [TextRow] = [
        TextRow(
            .rpc, refused(12, "no implementation found for service group x"), groupRefusal,
            hint: "the health service has a group or a version here: send it with"
                + " -rpc-header 'tri-service-group: ...' -rpc-header 'tri-service-version: ...'"),
        TextRow(
            .rpc, refused(12, "no implementation found for service group x"), groupRefusal,
            hint: "the health service may have no group or version here: leave out"
                + " tri-service-group and tri-service-version, and ask for"
                + " -service group/interface:version",
            request: RequestTraits(namesServiceGroup: true)),
        TextRow(
            .rpc, refused(17, "unknown service"),
            "the server answered code 17: \"unknown service\"",
            hint: "the service is not registered; Dubbo-go calls one that has a group or a version"
                + " group/interface:version"),
        TextRow(
            .rpc, refused(17, "unknown service"),
            "the server answered code 17: \"unknown service\"",
            hint: "-service names the service to ask about, not the health service or a method",
            service: "shop.Cart/Get"),
        TextRow(
            .rpc, refused(17, "no route"), "the server answered code 17: \"no route\""),
        TextRow(
            .rpc, notGRPC(404, "text/plain", "404 page not found\n"),
            "the server answered HTTP 404 (Not Found), not gRPC (UNIMPLEMENTED;"
                + " content-type \"text/plain\"; body \"404 page not found\\n\")",
            hint: noList, service: "", method: .list),
    ]

    private static func bad(_ rule: BadResponse, _ text: String) -> TextRow {
        TextRow(.rpc, .badResponse(rule), text)
    }

    static let badResponses: [TextRow] = [
        bad(.missingHTTPStatus, "the response has no :status (INTERNAL)"),
        bad(
            .illegalHeaderField(Array("X\n".utf8)),
            "the response has an illegal field \"X\\n\" (INTERNAL)"),
        bad(.headersTooLarge, "the response headers are larger than 1 MiB (INTERNAL)"),
        bad(.headersInTheMiddle, "the response has headers between its messages (INTERNAL)"),
        bad(
            .informationalEnd(103),
            "the stream ended with an informational response (103) (INTERNAL)"),
        bad(
            .switchingProtocols,
            "the server answered HTTP 101 (Switching Protocols), which HTTP/2 does not have"
                + " (INTERNAL)"),
        bad(
            .noMemory,
            "this program ran out of memory decompressing the response message (RESOURCE_EXHAUSTED)"
        ),
        bad(.missingStatus, "the trailers have no grpc-status (UNKNOWN)"),
        bad(.malformedStatus([0x61, 0xFF]), "grpc-status is not a number: \"a\\xff\" (UNKNOWN)"),
        bad(.missingTrailers, "the server ended the stream without trailers (INTERNAL)"),
        bad(.truncatedMessage, "the response message is cut short (INTERNAL)"),
        bad(.noMessage, "status OK, but no response message (INTERNAL)"),
        bad(.secondMessage, "more than one response message (INTERNAL)"),
        bad(
            .message(.badCompressedFlag(7)),
            "the response message has Compressed-Flag 7 (INTERNAL)"),
        bad(
            .message(.compressedWithoutEncoding),
            "the response message has Compressed-Flag 1, but there is no grpc-encoding (INTERNAL)"),
        bad(
            .message(.unsupportedEncoding(Array("br\n".utf8))),
            "the response is compressed with \"br\\n\"; only gzip and deflate are understood"
                + " (INTERNAL)"),
        bad(
            .message(.tooLarge(4_194_305)),
            "the response message has 4194305 bytes; the limit is 4 MiB (RESOURCE_EXHAUSTED)"),
        bad(
            .message(.noRoom),
            "the server's messages on this connection are over 4 MiB together"
                + " (RESOURCE_EXHAUSTED)"),
        bad(
            .corruptCompression,
            "the compressed response message cannot be decompressed (INTERNAL)"),
        bad(
            .inflatedTooLarge,
            "the response message is larger than 4 MiB when decompressed (RESOURCE_EXHAUSTED)"),
        bad(
            .http2("Stream error"),
            "the server broke an HTTP/2 rule on the stream: Stream error (INTERNAL)"),
        bad(.malformedMessage(.truncated), "the response is not a HealthCheckResponse (INTERNAL)"),
    ]
    private static let listHint =
        "gRPC's health service has had List since 2025, and many servers lack it;"
        + " -service asks for one service by name"

    static let list: [TextRow] = [
        TextRow(
            .rpc, refused(12), "the server does not list its services (UNIMPLEMENTED)",
            hint: listHint, service: "", method: .list),
        TextRow(
            .rpc, refused(12, "unknown method List"),
            "the server does not list its services (UNIMPLEMENTED: \"unknown method List\")",
            hint: listHint, service: "", method: .list),
        TextRow(
            .rpc, refused(8, "server health list exceeds maximum capacity: 100"),
            "the server refuses to list its services"
                + " (RESOURCE_EXHAUSTED: \"server health list exceeds maximum capacity: 100\")",
            hint: "servers refuse to list more than 100 services; -service asks for one service"
                + " by name",
            service: "", method: .list),
        TextRow(
            .rpc, refused(5, "what?"), "the server answered NOT_FOUND: \"what?\"", service: "",
            method: .list),
        TextRow(
            .rpc, refused(16), "the server answered UNAUTHENTICATED",
            hint: "-rpc-header @file sends credentials", service: "", method: .list),
        TextRow(
            .rpc, .badResponse(.malformedMessage(.notUTF8)),
            "the response is not a HealthListResponse (INTERNAL)", service: "", method: .list),
        TextRow(
            .rpc, .badResponse(.listTooLong(omitted: 7)),
            "the list is too long: 7 services are left out (RESOURCE_EXHAUSTED)",
            service: "", method: .list),
    ]

    static let watch: [TextRow] = [
        TextRow(
            .rpc, refused(12, "nope"), "the server has no Watch method (UNIMPLEMENTED: \"nope\")",
            hint: "-poll 5s calls Check every 5 seconds instead", method: .watch),
        TextRow(
            .rpc, refused(5),
            "service \"shop.Cart\" is not registered with the health service (NOT_FOUND)",
            method: .watch),
        TextRow(
            .rpc, refused(8), "the server answered RESOURCE_EXHAUSTED", method: .watch),
        TextRow(
            .rpc, .badResponse(.malformedMessage(.truncated)),
            "the response is not a HealthCheckResponse (INTERNAL)", method: .watch),
    ]
}
