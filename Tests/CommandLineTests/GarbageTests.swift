import Basics
import Testing

/// Whatever is typed, there is an answer, and it is fit for a terminal. The same garbage each
/// time, so that a failure can be found again.
@Suite struct GarbageTests {
    /// Pieces that mean something somewhere, put together in ways that mean nothing.
    static let pieces = [
        "dns:", "dns://", "ipv4:", "ipv6:", "unix:", "unix-abstract:", "vsock:", "passthrough:",
        "//", "/", ":", "::", "[", "]", "%", "@", ",", ".", "1", "0", "443", "65536", "f", "x-bin",
        "localhost", "127.0.0.1", "::1", "-", "--", "=", "addr", "h", "rpc-timeout", "true", "s",
        "ms", " ", "\u{1B}", "\n", "\u{202E}", "\u{0}", "ü", "A=",
    ]

    static func garbage(count: Int) -> [String] {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        return (0..<count).map { _ in
            (0...next(6)).map { _ in pieces[next(pieces.count)] }.joined()
        }
    }

    static func isFitForTerminal(_ text: String?) -> Bool {
        (text ?? "").unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E
        }
    }

    @Test func `targets are read or refused`() {
        for text in Self.garbage(count: 5_000) {
            do {
                let target = try Target.parse(text)
                let arguments = ["-addr", "h:1", "-authority", target.authority]
                #expect(throws: Never.self, "\(text)") { try request(arguments) }
            } catch {
                #expect(Self.isFitForTerminal(error.message), "\(text)")
                #expect(Self.isFitForTerminal(error.hint), "\(text)")
            }
        }
    }

    @Test func `arguments are obeyed or refused`() {
        let garbage = Self.garbage(count: 5_000)
        let prefixes = ["", "-", "--", "-rpc-header=", "-rpc-timeout=", "-authority=", "-v="]
        for (index, text) in garbage.enumerated() {
            let argument = prefixes[index % prefixes.count] + text
            do {
                _ = try request(["-addr", "h:1", argument, garbage[garbage.count - 1 - index]])
            } catch {
                #expect(Self.isFitForTerminal(error.message), "\(argument)")
                #expect(Self.isFitForTerminal(error.hint), "\(argument)")
            }
        }
    }
}
