import ProbeCore

/// What the calls on a connection have in common.
struct CallTerms {
    let request: RequestTemplate
    let kind: GRPCCall.Kind
    /// What the server is told that a call may take at most; nil for calls without an end.
    let timeout: Duration?
}

/// How long a connection and the calls on it may take. The owner changes it as it learns more.
struct CallLimits {
    /// When the connection has to be ready.
    var toBeReady: Deadline?
    /// When all calls have to be over, as far as that is known.
    var ofAllCalls: Deadline?
    /// How long each call may wait for its first answer.
    var ofEachCall: Duration?
}
