#if !TLS
package import Basics
package import GRPC
package import Outcome
package import Plan

// The same declarations for a build without TLS: a context cannot be made, so nothing else is
// ever called.

package final class TLSContext {
    private init() {}

    package static func make(
        _ plan: TLSPlan, files: FileAccess
    ) throws(UsageError) -> TLSContext {
        throw UsageError("-tls: this program was built without TLS")
    }

    package static func make(
        _ plan: SPIFFEPlan, _ credentials: SPIFFECredentials
    ) throws(SVIDError) -> TLSContext {
        throw .unusable(.chain, "this program was built without TLS")
    }
}

package final class TLSSession {
    private init() {}

    package static func make(_ context: TLSContext, to name: ServerName) -> TLSSession? { nil }
    package func receive(_ ciphertext: Span<UInt8>) {}
    package var hasUnreadInput: Bool { false }
    package func takeOutput(into output: inout [UInt8]) {}
    package func shakeHands() -> TLSHandshake { .wait }
    package func read(_ consume: (Span<UInt8>) -> Void) -> TLSProgress { .end }
    package func write(_ plaintext: [UInt8]) -> Bool { false }
    package func finishWriting() {}
}

package var openSSLVersion: String? { nil }
package let hasTLS = false
#endif
