import Basics
import Client
import GRPC
import Network
import Outcome
import Plan

/// Everything that happens to one target that is asked once: a connection, a call on it for each
/// service, other connections where that one does not take all calls, and the limits that end it.
final class TargetProbe {
    private let target: Target
    private let method: HealthMethod
    private let plan: Plan
    private let tls: TLSSource?
    private let run: Run
    private let journal: Journal

    /// The connection that calls are made on.
    private var connection: GRPCConnection
    /// The connections before, which are being left or still answer what they have taken.
    private var retiring: [GRPCConnection] = []
    private var checks: [ServiceCheck]
    /// The checks whose calls are for another connection, in their order.
    private var callsToMove: [Int] = []
    /// How many checks have no result yet.
    private var unfinished: Int
    private var persistence = Persistence()
    /// Why the last connection was lost, where that has to do with `callsToMove`.
    private var loss: Cause?
    private var deadline: Deadline
    private var address: EndpointAddress? { didSet { latestCircumstances = nil } }
    private var security: TransportSecurity { didSet { latestCircumstances = nil } }
    private var times: PhaseTimes { didSet { latestCircumstances = nil } }
    /// What the results of this step have in common.
    private var latestCircumstances: Circumstances.Shared?
    /// The results as they came.
    private(set) var observations: [Observation] = []

    /// - Parameter start: when the limits begin to count.
    init(
        _ subject: Subject, _ plan: Plan, _ tls: TLSSource?, _ run: Run, start: Instant
    ) {
        target = subject.target
        self.plan = plan
        self.tls = tls
        security = plan.security
        self.run = run
        times = PhaseTimes(start: start)
        journal = run.journal(plan, about: target)
        let method = plan.mode.method
        self.method = method
        checks = plan.mode.services(of: subject).map {
            ServiceCheck(method: method, service: $0)
        }
        unfinished = checks.count
        deadline = Deadline(plan.limitToConnect, from: start).orEarlier(run.deadline)
        connection = GRPCConnection(
            to: target, asking: method, plan, tls,
            CallLimits(toBeReady: deadline, ofAllCalls: run.deadline), callCount: checks.count,
            journal, now: start)
        for number in checks.indices { call(number) }
    }

    /// The results in the order of the services, which answer in an order of their own.
    var observationsInOrder: [Observation] {
        // The one call of a list has many.
        guard checks.count > 1 else { return observations }
        var inOrder: [Observation] = []
        inOrder.reserveCapacity(checks.count)
        for number in checks.indices {
            if let index = checks[number].observation { inOrder.append(observations[index]) }
        }
        return inOrder
    }

    private var isOver: Bool { unfinished == 0 }

    var isFinished: Bool {
        isOver && connection.isGone && retiring.allSatisfy { $0.isGone }
    }

    // MARK: - Steps

    /// Goes as far as it can without waiting.
    func advance(_ poller: Poller, now: Instant) {
        latestCircumstances = nil
        for old in retiring { advance(old, poller, now: now) }
        retiring.removeAll { $0.isGone }
        advance(connection, poller, now: now)
        // A connection that has not begun has nothing to wait for, so it begins at once.
        if reconnects(now: now) { advance(connection, poller, now: now) }
        for old in retiring where old.isIdle || isOver { leave(old, now: now) }
        if isOver { leave(connection, now: now) }
        for old in retiring { old.flush() }
        connection.flush()
    }

    private func advance(_ connection: GRPCConnection, _ poller: Poller, now: Instant) {
        connection.advance(poller, now: now) { receive($0, on: connection, now: now) }
    }

    private func leave(_ connection: GRPCConnection, now: Instant) {
        // A peer that let the deadline pass is not waited for once more.
        connection.leave(until: min(now.advanced(by: Limits.farewell), deadline.instant))
    }

    /// Waits in `poller`; returns when it wants to go on at the latest.
    func register(in poller: Poller, now: Instant) -> Instant? {
        retiring.reduce(connection.register(in: poller, now: now)) {
            earliest($0, $1.register(in: poller, now: now))
        }
    }

    // MARK: - Events of the connections

    private func receive(_ event: GRPCConnection.Event, on speaker: GRPCConnection, now: Instant) {
        switch event {
        case .identified:
            guard !times.isReady else { return }
            times.identified(now: now)
            deadline = Deadline(.connectTimeout(plan.connectTimeout), from: now)
                .orEarlier(run.deadline)
            speaker.limits.toBeReady = deadline
        case .resolved: times.resolved(now: now)
        case .connected(let address):
            self.address = address
            security = plan.security
            times.connected(now: now)
        case .secured(let summary):
            security = security.agreed(on: summary)
            times.secured(now: now)
        case .ready:
            guard !times.isReady else { return }
            times.ready(now: now)
            deadline = Deadline(.rpcTimeout(plan.rpcTimeout), from: now).orEarlier(run.deadline)
            speaker.limits.ofAllCalls = deadline
        case .submitted(let number):
            journal.note(
                .requesting(service: checks[number].service, metadata: plan.metadata))
        case .message(let number, let message): checks[number].receive(message)
        case .ended(let number, let end, let submission):
            if case .failed(let cause) = end {
                let failure = Failure(phase: .rpc, cause: cause)
                submission == nil
                    ? checks[number].failUnmade(failure) : checks[number].fail(failure)
            }
            persistence.answered()
            record(number, now: now)
        case .refused(let number, let cause, let wasSubmitted):
            checks[number].refuse(cause)
            if wasSubmitted { journal.note(.retrying(service: checks[number].service)) }
            // The peer has not processed the call, so it is made once more, on this connection or
            // another (PROTOCOL-HTTP2.md, "Errors" and "GOAWAY Frame").
            if connection.takesCalls {
                call(number)
            } else {
                callsToMove.append(number)
            }
        case .draining: break
        case .lost(let failure, let wasReady, let calls):
            if speaker === connection { loss = failure.cause }
            lose(calls, failure, wasReady: wasReady, now: now)
        }
    }

    private func lose(
        _ calls: [GRPCConnection.LostCall], _ failure: Failure, wasReady: Bool, now: Instant
    ) {
        // That the time is up is news of the calls once any connection has been there.
        let isLate = times.isReady && failure.cause == .timedOut(deadline.limit)
        let unmade = isLate ? Failure(phase: .rpc, cause: failure.cause) : failure
        for call in calls {
            if call.wasSubmitted {
                let phase = times.isReady ? .rpc : failure.phase
                checks[call.number].fail(Failure(phase: phase, cause: call.cause))
            } else if wasReady {
                // Calls that never left may be made elsewhere, but not where nobody was found.
                callsToMove.append(call.number)
                continue
            } else {
                checks[call.number].failUnmade(unmade)
            }
            record(call.number, now: now)
        }
    }

    // MARK: - Calls

    private func call(_ number: Int) {
        connection.call(number, body: plan.body(of: method, about: checks[number].service))
    }

    /// Where this connection takes no more of the calls that wait, begins another. The deadline
    /// stays. A peer that has answered nothing twice in a row is not asked a third time.
    /// Returns whether there is one.
    private func reconnects(now: Instant) -> Bool {
        guard !isOver, !connection.takesCalls else { return false }
        callsToMove = connection.withdrawWaiting() + callsToMove
        guard !callsToMove.isEmpty, retiring.count < Limits.retiringConnections else {
            return false
        }
        let isLate = deadline.instant <= now
        guard persistence.allowsAnother, !isLate else {
            // What is still open may be answered, and then there is hope.
            guard connection.isIdle, retiring.allSatisfy({ $0.isIdle }) else { return false }
            let cause = loss ?? connection.goAway ?? .connectionLost(.closed)
            failCallsToMove(isLate ? .timedOut(deadline.limit) : cause, now: now)
            return false
        }
        persistence.connecting()
        loss = nil
        retiring.append(connection)
        connection = GRPCConnection(
            to: target, asking: method, plan, tls,
            CallLimits(toBeReady: deadline, ofAllCalls: deadline), callCount: checks.count,
            journal, now: now)
        for number in callsToMove { call(number) }
        callsToMove = []
        return true
    }

    private func failCallsToMove(_ cause: Cause, now: Instant) {
        for number in callsToMove {
            checks[number].failUnmade(Failure(phase: .rpc, cause: cause))
            record(number, now: now)
        }
        callsToMove = []
    }

    // MARK: - Results

    /// Takes down the result that a check has now.
    private func record(_ number: Int, now: Instant) {
        guard let result = checks[number].result else {
            preconditionFailure("a call that has ended well has brought a message")
        }
        unfinished -= 1
        checks[number].observation = observations.count
        let circumstances = circumstances(now: now)
        result.report(on: checks[number].service, circumstances) { observation in
            journal.note(.ended(service: observation.service, observation.result))
            observations.append(observation)
        }
    }

    /// What there is to say of all results that are known now.
    private func circumstances(now: Instant) -> Circumstances.Shared {
        if let latest = latestCircumstances { return latest }
        let circumstances = Circumstances.Shared(
            Circumstances(
                target: target, method: method, request: plan.requestTraits, address: address,
                security: security, timings: times.timings(now: now),
                wallTime: run.wallTime(at: now)))
        latestCircumstances = circumstances
        return circumstances
    }
}
