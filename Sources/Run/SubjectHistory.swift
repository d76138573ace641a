package import Basics
package import Outcome

/// What a watch has found out about one subject.
package struct SubjectHistory: Sendable {
    package let subject: Subject
    /// In the order of the subject's services.
    private(set) package var records: [StatusRecord]
    /// Why each service cannot be watched, whatever is tried; nil for those that can.
    private(set) package var finalFailures: [Failure?]
    private var changes: [StatusChange] = []

    package init(_ subject: Subject) {
        self.subject = subject
        records = Array(repeating: StatusRecord(), count: subject.services.count)
        finalFailures = Array(repeating: nil, count: subject.services.count)
    }

    /// Whether no service can be watched any more.
    package var isOver: Bool { finalFailures.allSatisfy { $0 != nil } }

    /// Whether every service has been in this state. One that cannot be watched is not merely
    /// disconnected.
    package func haveAllBeen(_ state: AwaitedState) -> Bool {
        zip(records, finalFailures).allSatisfy { record, failure in
            record.hasBeen(state) && (state != .disconnected || failure == nil)
        }
    }

    /// The changes since the last call.
    package mutating func takeChanges() -> [StatusChange] {
        let taken = changes
        changes = []
        return taken
    }

    /// Takes in what is known of a service from `now` on.
    ///
    /// - Parameters:
    ///   - address: where the server is that says so, if there is one.
    ///   - wallTime: nanoseconds since 1970-01-01T00:00:00Z at `now`.
    package mutating func enter(
        _ state: WatchState, of service: Int, at address: EndpointAddress?,
        _ security: TransportSecurity, now: Instant, wallTime: Int64
    ) {
        guard let (previous, held) = records[service].enter(state, at: now) else { return }
        changes.append(
            StatusChange(
                target: subject.target, service: subject.services[service], address: address,
                security: security, state: state, previous: previous, held: held,
                sequence: records[service].stateCount, wallTime: wallTime))
    }

    /// A service cannot be watched.
    package mutating func giveUp(_ service: Int, because failure: Failure) {
        finalFailures[service] = failure
    }
}
