import Basics
import Foundation
import Outcome
import Plan
import TLS
import TestSupport
import Testing

/// Where trusted certificates are looked for, and which of several are used.
@Suite(.enabled(if: TestCertificates.canBeMade)) struct TrustAnchorTests {
    /// The files of `certificates.py`, and who asked for which.
    private final class Files: @unchecked Sendable {
        private let lock = NSLock()
        private let folder: String
        private var opened: [String] = []

        init() throws {
            folder = try TestCertificates.shared.folder
        }

        /// The files that were read and the directories that were listed since this was last asked,
        /// in their order, without those that are not there.
        func takeOpened() -> [String] {
            lock.withLock {
                defer { opened = [] }
                return opened
            }
        }

        private func note(_ path: String) {
            lock.withLock { opened.append(path) }
        }

        var access: FileAccess {
            FileAccess(
                read: { path, limit in
                    let bytes = FileManager.default.contents(atPath: "\(self.folder)/\(path)")
                    guard let bytes else { return .unreadable(reason: "there is none") }
                    self.note(path)
                    return bytes.count <= limit ? .bytes(Array(bytes)) : .tooLarge
                },
                list: { path, limit in
                    let names = try? FileManager.default.contentsOfDirectory(
                        atPath: "\(self.folder)/\(path)")
                    guard let names else { return [] }
                    self.note(path)
                    return Array(names.sorted().prefix(limit))
                })
        }
    }

    /// What SSL_CERT_FILE and SSL_CERT_DIR say, and the certificate of the server.
    struct Search: CustomTestStringConvertible, Sendable {
        var file: String
        var directories: String
        var server: String

        init(_ file: String, _ directories: String, _ server: String = "good") {
            self.file = file
            self.directories = directories
            self.server = server
        }

        var roots: SystemRoots {
            SystemRoots(environment: [
                ("SSL_CERT_FILE", file), ("SSL_CERT_DIR", directories),
            ])
        }

        var testDescription: String { "\(file), \(directories), \(server)" }
    }

    private static func flaw(_ search: Search, _ files: Files) throws -> CertificateFlaw? {
        let context = try TLSContext.make(
            TLSPlan(trust: .system(search.roots)), files: files.access)
        return try Handshake(context, to: "localhost", .server(search.server)).flaw()
    }

    @Test(arguments: [
        Search("ca.pem", "empty"), Search("bundle.pem", "empty"),
        Search("bundle-windows.pem", "empty"), Search("damaged-then-good.pem", "empty"),
        Search("double-first.pem", "empty"), Search("expired-first.pem", "empty"),
        Search("expired-last.pem", "empty"), Search("no-authority-first.pem", "empty"),
        Search("nosuch.pem", "hashed"), Search("nosuch.pem", "hashed-others:hashed"),
        Search("nosuch.pem", "nosuch:empty:hashed-first"), Search("nosuch.pem", "unhashed"),
        Search("whole-chain.pem", "empty", "chain-incomplete"),
        Search("ca.pem", "hashed-intermediate", "chain-incomplete"),
    ])
    func `an authority that is there is found`(_ search: Search) throws {
        #expect(try Self.flaw(search, Files()) == nil)
    }

    // The first way to a trusted certificate need not be the right one.
    @Test(arguments: [
        Search("ca.pem", "hashed-double"), Search("ca.pem", "hashed-expired"),
        Search("ca.pem", "hashed-no-authority"), Search("nosuch.pem", "hashed-expired-first"),
        Search("nosuch.pem", "hashed-double:hashed-first"),
        Search("stranger.pem", "hashed-expired:unhashed"),
        Search("stranger.pem", "hashed-and-loose", "chain"),
        Search("stranger.pem", "hashed-expired-intermediate", "chain"),
        Search("expired-intermediate-first.pem", "empty", "chain"),
        Search("old-first.pem", "empty", "old"), Search("old-last.pem", "empty", "old"),
    ])
    func `a namesake of no use does not hide the right one`(_ search: Search) throws {
        #expect(try Self.flaw(search, Files()) == nil)
    }

    @Test func `what is wrong is told of the first way`() throws {
        let gone = CertificateFlaw.expired(
            ServerCertificateTests.past, issuer: "CN=Example Root")
        #expect(try Self.flaw(Search("nosuch.pem", "hashed-expired"), Files()) == gone)
        // Somebody else of the name did not sign it, so the expired one is all there is.
        #expect(try Self.flaw(Search("expired-ca.pem", "hashed-double"), Files()) == gone)
        #expect(
            try Self.flaw(Search("expired-ca.pem", "hashed-no-authority"), Files())
                == .notAuthority(issuer: "CN=Example Root"))
        #expect(
            try Self.flaw(Search("nosuch.pem", "hashed-double"), Files())
                == .badSignature(of: nil, issuer: "CN=Example Root", isTrusted: true))
        #expect(
            try Self.flaw(Search("stranger.pem", "hashed-others"), Files())
                == .missingIssuer("CN=Example Root"))
    }

    @Test func `a certificate under its hash is all that is read`() throws {
        let files = try Files()
        #expect(try Self.flaw(Search("bundle.pem", "hashed-others:hashed-first"), files) == nil)
        let opened = files.takeOpened()
        #expect(opened.count == 2)
        #expect(opened.allSatisfy { $0.wholeMatch(of: /hashed-first\/[0-9a-f]{8}\.[01]/) != nil })
    }

    @Test func `a bundle comes after the hashes and before loose files`() throws {
        let files = try Files()
        #expect(try Self.flaw(Search("ca.pem", "unhashed"), files) == nil)
        #expect(files.takeOpened() == ["ca.pem"])
        #expect(try Self.flaw(Search("stranger.pem", "unhashed"), files) == nil)
        #expect(
            files.takeOpened() == [
                "stranger.pem", "unhashed", "unhashed/other.crt", "unhashed/root.pem",
            ])
    }

    @Test func `of a directory's loose files those under a hash are none`() throws {
        let files = try Files()
        #expect(try Self.flaw(Search("stranger.pem", "hashed-and-loose", "chain"), files) == nil)
        let read = files.takeOpened().filter { $0.hasPrefix("hashed-and-loose/") }
        #expect(read == ["hashed-and-loose/intermediate.pem"])
    }

    @Test func `a crowd of expired namesakes does not hide the right one`() throws {
        let expired = try NamedFile.made("expired-ca.pem").bytes
        let crowd = Array(repeatElement(expired, count: Limits.chainsTried + 1).joined())
        let file = try NamedFile(path: "crowd.pem", bytes: crowd + NamedFile.made("ca.pem").bytes)
        let context = try TLSContext.make(TLSPlan(trust: .certificates(file)), files: .none)
        #expect(try Handshake(context, to: "localhost", .server("good")).flaw() == nil)
    }

    @Test func `the first bundle that can be read is the only one`() throws {
        let files = try Files()
        var roots = SystemRoots()
        roots.bundles = ["nosuch.pem", "stranger.pem", "ca.pem"]
        roots.directories = []
        let context = try TLSContext.make(TLSPlan(trust: .system(roots)), files: files.access)
        let result = try Handshake(context, to: "localhost", .server("good"))
        #expect(try result.flaw() == .missingIssuer("CN=Example Root"))
        #expect(files.takeOpened() == ["stranger.pem"])
    }

    @Test func `a bundle is read once for all connections`() throws {
        let files = try Files()
        let roots = Search("bundle.pem", "empty").roots
        let context = try TLSContext.make(TLSPlan(trust: .system(roots)), files: files.access)
        for server in ["good", "rsa", "good"] {
            #expect(try Handshake(context, to: "localhost", .server(server)).flaw() == nil)
        }
        #expect(files.takeOpened() == ["bundle.pem"])
    }

    @Test(arguments: [
        Search("empty.pem", "empty"), Search("garbage.pem", "empty"),
        Search("damaged.pem", "empty"), Search("nosuch.pem", "nosuch"),
    ])
    func `where nothing is trusted it is told where that was looked for`(
        _ search: Search
    ) throws {
        #expect(
            try Self.flaw(search, Files())
                == .nothingTrusted(places: [search.file, search.directories]))
    }

    @Test(arguments: ["good", "self-signed", "self-signed-leaf", "chain-incomplete"])
    func `a server's own certificate can be a trusted one`(_ server: String) throws {
        let trusted = server == "chain-incomplete" ? "intermediate" : server
        let result = try Handshake(
            .trusting("\(trusted).pem"), to: "localhost", .server(server))
        #expect(try result.flaw() == nil)
    }

    @Test func `a file that is named is instead of the system's`() throws {
        let plan = try TLSPlan(trust: .certificates(.made("stranger.pem")))
        let files = try Files()
        let context = try TLSContext.make(plan, files: files.access)
        let result = try Handshake(context, to: "localhost", .server("good"))
        #expect(try result.flaw() == .missingIssuer("CN=Example Root"))
        #expect(files.takeOpened().isEmpty)
    }
}
