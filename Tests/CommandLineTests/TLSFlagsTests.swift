import CommandLine
import Outcome
import Plan
import Testing

@Suite struct ServerNameTests {
    @Test(
        arguments: [
            ("db.internal:443", "db.internal"), ("db.internal", "db.internal"),
            ("db.internal.:443", "db.internal"), ("127.0.0.1:443", "127.0.0.1"),
            ("[::1]:443", "::1"), ("[::1]", "::1"), ("[fe80::1%25eth0]:443", "fe80::1"),
            ("localhost", "localhost"), ("[::ffff:127.0.0.1]:443", "127.0.0.1"),
        ])
    func `the host of an authority has to prove itself`(authority: String, name: String) {
        #expect(ServerName(ofAuthority: authority).description == name)
    }

    @Test func `an address is not a name`() {
        #expect(ServerName("127.0.0.1") == .address(.v4(.loopback)))
        #expect(ServerName("::1") == .address(.v6(.loopback)))
        #expect(ServerName("[::1]") == .address(.v6(.loopback)))
        #expect(ServerName("127.0.0.1.example") == .host("127.0.0.1.example"))
    }
}

/// What the flags about TLS say together.
@Suite struct TLSPlanTests {
    private static let files = [
        "ca.pem": "authorities", "chain.pem": "chain", "key.pem": "secret",
    ]

    private func plan(
        _ arguments: [String], environment: [(name: String, value: String)] = []
    ) throws(UsageError) -> Plan {
        let request = try Invocation.parse(
            arguments: ["-addr", "db:443"] + arguments, environment: environment
        ) { path, _ in
            Self.files[path].map { .bytes(Array($0.utf8)) } ?? .unreadable(reason: "none")
        }
        guard case .run(let plan) = request else { throw UsageError("nothing is run") }
        return plan
    }

    @Test func `without TLS there is none`() throws {
        #expect(try plan([]).tls == nil)
        #expect(try plan(["-tls=false"]).tls == nil)
    }

    @Test func `the files are read before anything is opened`() throws {
        let tls = try plan([
            "-tls", "-tls-ca-cert", "ca.pem", "-tls-client-cert", "chain.pem",
            "-tls-client-key", "key.pem",
        ]).tls
        let authorities = NamedFile(path: "ca.pem", bytes: Array("authorities".utf8))
        #expect(tls?.trust == .certificates(authorities))
        #expect(tls?.clientCertificate?.chain.bytes == Array("chain".utf8))
        #expect(tls?.clientCertificate?.key.bytes == Array("secret".utf8))
    }

    /// Scripts have `-tls-ca-cert="$CA"`, and the variable may be empty.
    @Test func `an empty value is none`() throws {
        let tls = try plan([
            "-tls", "-tls-ca-cert=", "-tls-client-cert=", "-tls-client-key=", "-tls-server-name=",
        ]).tls
        #expect(tls == TLSPlan(trust: .system(SystemRoots())))
        #expect(try plan(["-tls-ca-cert", ""]).tls == nil)
    }

    @Test(
        arguments: [
            (["-tls-no-verify"], "-tls-no-verify needs -tls"),
            (["-tls-ca-cert", "ca.pem"], "-tls-ca-cert needs -tls"),
            (["-tls-server-name", "x"], "-tls-server-name needs -tls"),
            (["-tls-no-alpn"], "-tls-no-alpn needs -tls"),
            (
                ["-tls-client-cert", "chain.pem", "-tls-client-key", "key.pem"],
                "-tls-client-cert needs -tls"
            ),
            (["-tls", "-tls-client-cert", "chain.pem"], "-tls-client-cert needs -tls-client-key"),
            (["-tls", "-tls-client-key", "key.pem"], "-tls-client-key needs -tls-client-cert"),
            (
                ["-tls", "-tls-no-verify", "-tls-ca-cert", "ca.pem"],
                "-tls-ca-cert has no effect with -tls-no-verify, which verifies nothing"
            ),
            (
                ["-tls", "-tls-no-verify", "-tls-server-name", "x"],
                "-tls-server-name has no effect with -tls-no-verify, which verifies nothing"
            ),
            (["-tls", "-tls-ca-cert", "nowhere"], "-tls-ca-cert: cannot read \"nowhere\": none"),
            (
                ["-tls", "-tls-server-name", ".internal"],
                "-tls-server-name: \".internal\" begins with a dot, so it is not a whole name"
            ),
            (
                ["-tls", "-tls-server-name", "a b"],
                "-tls-server-name: \"a b\" cannot be an authority (host or host:port)"
            ),
        ])
    func `flags that would have no effect are refused`(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try plan(arguments) }
        #expect(error?.message == message)
    }

    @Test func `the name to verify is the name to ask for`() throws {
        let plan = try plan(["-tls", "-tls-server-name", "shop.internal"])
        let target = try #require(plan.targets.first)
        #expect(plan.serverName(of: target) == .host("shop.internal"))
        #expect(plan.authority(for: target) == "shop.internal")
    }

    @Test func `an authority is the name to verify, unless there is another`() throws {
        let plan = try plan(["-tls", "-authority", "shop.internal:8443"])
        let target = try #require(plan.targets.first)
        #expect(plan.serverName(of: target) == .host("shop.internal"))
        let both = try self.plan(["-tls", "-authority", "a:1", "-tls-server-name", "b"])
        #expect(both.serverName(of: target) == .host("b"))
        #expect(both.authority(for: target) == "a:1")
    }

    @Test func `the variables of OpenSSL replace the system's places`() throws {
        let roots = SystemRoots(environment: [
            (name: "SSL_CERT_FILE", value: "/my.pem"), (name: "SSL_CERT_DIR", value: "/a:/b"),
        ])
        #expect(roots.bundles == ["/my.pem"])
        #expect(roots.directories == ["/a", "/b"])
        let empty = [(name: "SSL_CERT_FILE", value: ""), (name: "SSL_CERT_DIR", value: "")]
        #expect(SystemRoots(environment: empty) == SystemRoots())
        #expect(isRead("SSL_CERT_FILE"))
        #expect(isRead("SSL_CERT_DIR"))
    }
}
