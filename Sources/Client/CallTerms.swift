package import GRPC

/// What the calls on a connection have in common.
package struct CallTerms {
    package let request: RequestTemplate
    package let kind: GRPCCall.Kind
    /// What the server is told that a call may take at most; nil for calls without an end.
    package let timeout: Duration?

    package init(request: RequestTemplate, kind: GRPCCall.Kind, timeout: Duration?) {
        self.request = request
        self.kind = kind
        self.timeout = timeout
    }
}

/// How long a connection and the calls on it may take. The owner changes it as it learns more.
package struct CallLimits {
    /// When the connection has to be ready.
    package var toBeReady: Deadline?
    /// When all calls have to be over, as far as that is known.
    package var ofAllCalls: Deadline?
    /// How long each call may wait for its first answer.
    package var ofEachCall: Duration?

    package init(
        toBeReady: Deadline?, ofAllCalls: Deadline? = nil, ofEachCall: Duration? = nil
    ) {
        self.toBeReady = toBeReady
        self.ofAllCalls = ofAllCalls
        self.ofEachCall = ofEachCall
    }
}
