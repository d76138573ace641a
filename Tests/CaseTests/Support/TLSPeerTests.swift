import Foundation
import TestSupport
import Testing

/// Scripted servers that speak TLS, with a client of Python's in the place of the program.
@Suite struct TLSPeerTests {
    private static let python = TestCertificates.python
    private static let isRunnable = TestCertificates.canBeMade

    /// A Python client's context, with all that the tests rely on: which versions are spoken, what
    /// a connection that just ends is, and how strict verification is, differ from one Python and
    /// one distribution's OpenSSL to the next.
    private static let context = """
        import socket, ssl, sys
        def context_trusting(file):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.maximum_version = ssl.TLSVersion.TLSv1_3
            context.set_ciphers("DEFAULT")
            context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
            context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_STRICT
            return context

        """

    /// `client.py ADDRESS NAME CA [CERTIFICATE]`: says what came of the handshake, and then what
    /// the server said to its end.
    private static let client = """
        \(context)
        host, port = sys.argv[1].rsplit(":", 1)
        context = context_trusting(sys.argv[3])
        context.set_alpn_protocols(["h2", "acme"])
        if len(sys.argv) > 4:
            context.load_cert_chain(sys.argv[4] + ".pem", sys.argv[4] + ".key")
        try:
            plain = socket.create_connection((host, port))
            name = None if sys.argv[2] == "-" else sys.argv[2]
            context.check_hostname = name is not None
            with context.wrap_socket(plain, server_hostname=name,
                                     suppress_ragged_eofs=False) as tls:
                print(tls.version(), tls.selected_alpn_protocol())
                tls.sendall(b"x")
                print(b"".join(iter(lambda: tls.recv(99), b"")).decode())
                tls.unwrap()
        except OSError as reason:
            print(type(reason).__name__, getattr(reason, "reason", None))
        """

    private static func problems(_ text: String) throws -> [String] {
        let lines = client.split(separator: "\n", omittingEmptySubsequences: false)
        let head =
            "case t\nfile client.py\n" + lines.map { "  \($0)\n" }.joined()
            + "exit 0\nstderr empty\n"
        let runner = CaseRunner(
            binary: python, root: Workplace.root.path, hangLimit: .seconds(10))
        return try CaseFile(head + text, name: "f").cases.flatMap {
            try runner.problems(of: $0).map(\.message)
        }
    }

    private static func run(_ name: String, _ rest: String = "") -> String {
        "run {dir}/client.py {peer} \(name) {certs}/ca.pem \(rest)\n"
    }

    private static let greets = "\n  await bytes\n  raw \"hello\"\n  close\n"
    private static let finishes = "hello alpn h2 acme\nstdout TLSv1.3 h2\nstdout hello\n"

    @Test(
        .enabled(if: isRunnable),
        arguments: [
            "peer tls good\(greets)\(run("localhost"))hello server-name localhost\n\(finishes)",
            "peer tls good\(greets)\(run("-"))hello server-name absent\n\(finishes)",
            "peer tls chain bytewise\(greets)\(run("localhost"))\(finishes)",
            "peer tls rsa\(greets)\(run("localhost"))hello versions 1.3 1.2\n\(finishes)",
            "peer tls ed25519\(greets)\(run("localhost"))client-certificate absent\n\(finishes)",
            "peer on ipv6 tls good\n  silence\nrun -c \"\"\nconnections 0",
            "peer tls good version 1.2\(greets)\(run("localhost"))stdout ~ ^TLSv1.2 h2\\nhello$",
            "peer tls good alpn none\(greets)\(run("localhost"))stdout ~ ^TLSv1.3 None\\nhello$",
            "peer tls good alpn acme\(greets)\(run("localhost"))stdout ~ ^TLSv1.3 acme\\nhello$",
            "peer tls good alpn refuse\(greets)\(run("localhost"))"
                + "stdout ~ ^SSLError (None|TLSV1_ALERT_NO_APPLICATION_PROTOCOL)$",
            "peer tls unknown\(greets)\(run("localhost"))sent alert unknown_ca\n"
                + "stdout SSLCertVerificationError CERTIFICATE_VERIFY_FAILED",
            "peer tls expired\(greets)\(run("localhost"))sent alert certificate_expired\n"
                + "stdout ~ Verification",
            "peer tls good version 1.1\(greets)\(run("localhost"))"
                + "stdout SSLError TLSV1_ALERT_PROTOCOL_VERSION",
            "peer tls good version 1.2 ciphers ECDHE-RSA-AES128-GCM-SHA256\(greets)"
                + "\(run("localhost"))stdout SSLError SSLV3_ALERT_HANDSHAKE_FAILURE",
            "peer tls good demands ca\(greets)\(run("localhost", "{certs}/client"))"
                + "client-certificate client\n\(finishes)",
            "peer tls good asks ca\(greets)\(run("localhost"))client-certificate absent\n"
                + finishes,
            "peer tls good demands ca\(greets)\(run("localhost"))stdout TLSv1.3 h2\n"
                + "stdout SSLError TLSV13_ALERT_CERTIFICATE_REQUIRED",
            "peer tls good demands ca\(greets)\(run("localhost", "{certs}/client-unknown"))"
                + "stdout TLSv1.3 h2\nstdout SSLError TLSV1_ALERT_UNKNOWN_CA",
            "peer tls good demands ca version 1.2\(greets)\(run("localhost"))"
                + "stdout SSLError SSLV3_ALERT_HANDSHAKE_FAILURE",
            "peer tls good\n  await bytes\n  raw \"hello\"\n  cut\n\(run("localhost"))"
                + "stdout ~ ^TLSv1.3 h2\\nSSL(EOF)?Error UNEXPECTED_EOF_WHILE_READING$",
            "peer tls good\n  await bytes\n  abort\n\(run("localhost"))"
                + "stdout ~ ^TLSv1.3 h2\\n(ConnectionReset|SSLEOF)Error None$",
            "peer\n  await bytes\n  raw hex 15030300020228\n  close\n\(run("localhost"))"
                + "hello server-name localhost\nstdout ~ SSLV3_ALERT_HANDSHAKE_FAILURE",
        ])
    func `a scripted server speaks TLS as it is told`(_ text: String) throws {
        let problems = try Self.problems(text)
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test(.enabled(if: isRunnable))
    func `a client that says close_notify and one that does not are told apart`() throws {
        let folder = try TestCertificates.shared.folder
        for (farewell, end) in [
            ("tls.unwrap()", ClientEnd.finished), ("tls.shutdown(socket.SHUT_WR)", .truncated),
        ] {
            let peer = try LoopbackPeer(
                PeerScript("await bytes\nraw \"x\"\nawait close"),
                tls: PeerTLSPlan(certificate: "\(folder)/good"))
            let script = """
                \(Self.context)
                context = context_trusting(sys.argv[2])
                tls = context.wrap_socket(socket.create_connection(("127.0.0.1", sys.argv[1])),
                                          server_hostname="localhost")
                tls.sendall(b"x")
                tls.recv(1)
                tls.settimeout(0.2)
                \(farewell)
                """
            let client = try ChildProcess(
                ChildProcess.Plan(
                    program: Self.python,
                    arguments: ["-c", script, "\(peer.port)", "\(folder)/ca.pem"]))
            _ = client.finish(within: .seconds(10))
            let record = peer.finish().first
            #expect(record?.end == end)
            #expect(record?.tls?.isClosed == (end == .finished))
        }
    }
}
