import Basics

/// Tells from the first bytes of a peer whether it speaks the protocol that is expected of it. A
/// value without I/O: bytes in, a verdict out.
///
///     undecided --> recognized: what it has read so far goes on to who understands it
///         '-------> foreign:    it reads on until the greeting has told what it can
package struct GreetingRecognizer {
    package enum Expectation {
        case tls
        case http2
    }

    package enum Verdict: Equatable {
        /// So few bytes could be the beginning of anything.
        case undecided
        /// The peer speaks what is expected; all that it has said until now.
        case recognized([UInt8])
        case foreign
    }

    private let expectation: Expectation
    private var bytes: [UInt8] = []

    package init(_ expectation: Expectation) {
        self.expectation = expectation
    }

    /// What a foreign peer speaks instead of what it should, once it has told.
    ///
    /// - Parameter isOver: whether it has no more time to.
    package func foreignProtocol(isOver: Bool) -> Cause? {
        let greeting = Greeting(bytes: bytes)
        guard isOver || greeting.isWhole else { return nil }
        return expectation == .tls ? .tls(.notTLS(greeting)) : .notHTTP2(greeting)
    }

    /// How many bytes are enough to recognize the protocol.
    private var minimum: Int {
        switch expectation {
        case .tls: 2
        case .http2: Greeting.frameHeaderSize
        }
    }

    private var canBeExpected: Bool {
        switch expectation {
        case .tls: Greeting.canBeginTLS(bytes)
        case .http2: Greeting.canBeginHTTP2(bytes)
        }
    }

    /// Takes in what one read has brought, `Limits.readSize` bytes at most.
    package mutating func take(_ read: Span<UInt8>) -> Verdict {
        // What is recognized goes on as it is, so that a whole read has to fit behind what was too
        // little; of what is foreign the rest does not matter.
        let room = minimum + Limits.readSize - bytes.count
        unsafe read.withUnsafeBufferPointer {
            unsafe bytes.append(contentsOf: $0.prefix(room))
        }
        guard canBeExpected else { return .foreign }
        guard bytes.count >= minimum else { return .undecided }
        defer { bytes = [] }
        return .recognized(bytes)
    }
}
