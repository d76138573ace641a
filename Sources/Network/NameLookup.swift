package import Basics

/// One name, asked of name servers for its addresses of both families: who is asked what, and
/// when. It moves no bytes and reads no clock.
///
/// Each family is a question of its own. It goes to the first server, to the next one when that
/// has failed or let its time pass, and round again with more patience; whoever answers first
/// counts, however late. A server that has said that it cannot answer is not asked again.
///
/// An IPv4 address in hand does not wait for an IPv6 one longer than `Limits.resolutionDelay`,
/// nor the other way round: some name servers and firewalls swallow what they do not know.
package struct NameLookup {
    package enum Family: Int, CaseIterable {
        case ipv4
        case ipv6
    }

    package enum Transport {
        case datagrams
        case stream
    }

    /// A question that is put to one server.
    package struct Query: Equatable {
        package var family: Family
        /// Counted from the first of the servers.
        package var server: Int
        package var transport: Transport

        package init(family: Family, server: Int, transport: Transport) {
            self.family = family
            self.server = server
            self.transport = transport
        }
    }

    package enum Reply: Equatable {
        /// None where the name exists, but has no address of this family.
        case addresses([IPAddress])
        case noSuchName
        /// There is more than a datagram holds: the question has to be put over TCP.
        case truncated
        case failure(NameServerFailure)
    }

    package enum Outcome: Equatable {
        case found([IPAddress])
        case noSuchName
        case withoutAddress
        /// No server has an answer.
        case failed
    }

    /// Whether one family's addresses are not enough.
    package var waitsForAll = false
    private var questions: [Question]

    package init(serverCount: Int, now: Instant) {
        questions = Family.allCases.map { _ in Question(serverCount: serverCount, now: now) }
    }

    /// What has to be asked by now.
    package mutating func takeQueries(now: Instant) -> [Query] {
        Family.allCases.compactMap { family in
            questions[family.rawValue].takeTurn(now: now).map {
                Query(family: family, server: $0, transport: .datagrams)
            }
        }
    }

    /// When there is something to ask or to decide at the latest.
    package var due: Instant? {
        (questions.compactMap { $0.due } + [end].compactMap { $0 }).min()
    }

    /// Takes a server's reply to a query.
    ///
    /// - Returns: the query that this leads to at once.
    package mutating func receive(_ reply: Reply, to query: Query, now: Instant) -> Query? {
        let index = query.family.rawValue
        switch reply {
        case .addresses(let addresses):
            questions[index].settle(.addresses(addresses), now: now)
        case .noSuchName:
            questions[index].settle(.noSuchName, now: now)
        case .truncated:
            guard questions[index].beginStream(at: query.server) else { return nil }
            return Query(family: query.family, server: query.server, transport: .stream)
        case .failure(.unreachable) where query.transport == .datagrams:
            // A server that cannot be reached cannot be for the other question either, and says
            // so only once.
            for index in questions.indices {
                questions[index].fail(.unreachable, at: query.server, over: .datagrams, now: now)
            }
        case .failure(let failure):
            questions[index].fail(failure, at: query.server, over: query.transport, now: now)
        }
        return nil
    }

    /// What is known of the name, as soon as it is enough.
    package func outcome(now: Instant) -> Outcome? {
        guard isSettled || end.map({ $0 <= now }) ?? false else { return nil }
        let addresses = ipv6.addresses + ipv4.addresses
        if !addresses.isEmpty { return .found(addresses) }
        if case .noSuchName? = ipv4.answer { return .noSuchName }
        if case .failed? = ipv4.answer { return .failed }
        if case .failed? = ipv6.answer { return .failed }
        return .withoutAddress
    }

    /// Whether there may be IPv4 addresses yet. The other family is not waited for once more: that
    /// its questions are swallowed is a common fault, and waiting does not help.
    package var mayFindMore: Bool { ipv4.answer == nil }

    /// What each server has against the question, in the order of the servers; nil for those that
    /// have not answered. Empty while no server has failed.
    package var failures: [NameServerFailure?] {
        for question in questions where question.answer == nil || question.answer == .failed {
            if question.hasFailures { return question.failures }
        }
        return []
    }

    private var ipv4: Question { questions[Family.ipv4.rawValue] }
    private var ipv6: Question { questions[Family.ipv6.rawValue] }
    private var isSettled: Bool { questions.allSatisfy { $0.answer != nil } }

    /// When the one answer that is there need not wait for the other any more.
    private var end: Instant? {
        if waitsForAll { return nil }
        return switch (ipv4.answer, ipv6.answer) {
        case (.addresses(let addresses)?, nil) where !addresses.isEmpty: ipv4.waitEnd
        case (.noSuchName?, nil): ipv4.waitEnd
        case (nil, .addresses(let addresses)?) where !addresses.isEmpty: ipv6.waitEnd
        default: nil
        }
    }
}

/// Why a name server has no answer.
package enum NameServerFailure: Equatable {
    /// It said so; a response code of RFC 1035 section 4.1.1.
    case answered(code: UInt8)
    /// Nobody listens there, or there is no way there.
    case unreachable
    /// It said that its answer needs TCP, and gave none there.
    case withoutStream
    /// It answered with something that cannot be read.
    case unreadable
    /// c-ares's own words.
    case other(String)

    /// The same of a server that was asked over TCP.
    fileprivate var onStream: NameServerFailure {
        if case .unreachable = self { .withoutStream } else { self }
    }
}

extension NameLookup {
    /// The question for one family.
    fileprivate struct Question {
        enum Answer: Equatable {
            case addresses([IPAddress])
            case noSuchName
            case failed
        }

        private enum Server {
            case free
            /// It is asked over TCP, which repeats by itself what is lost.
            case onStream
            case failed(NameServerFailure)
        }

        private(set) var answer: Answer?
        /// When this answer, if it is worth anything alone, has waited long enough.
        private(set) var waitEnd: Instant?
        /// When the next server's turn comes; nil when there is nobody to ask any more.
        private(set) var due: Instant?
        private var servers: [Server]
        /// How many turns there were, round and round.
        private var turns = 0
        private var lastAsked: Int?

        init(serverCount: Int, now: Instant) {
            servers = [Server](repeating: .free, count: serverCount)
            due = now
        }

        /// The server to ask now, if it is time to.
        mutating func takeTurn(now: Instant) -> Int? {
            guard let due, due <= now else { return nil }
            let patience = Limits.nameServerTimeout.wholeNanoseconds
            for _ in servers.indices {
                let server = turns % servers.count
                let round = min(turns / servers.count, Limits.nameServerRounds)
                turns += 1
                guard case .free = servers[server] else { continue }
                self.due = now.advanced(by: .nanoseconds(patience << Int64(round)))
                lastAsked = server
                return server
            }
            self.due = nil
            return nil
        }

        mutating func settle(_ answer: Answer, now: Instant) {
            guard self.answer == nil else { return }
            self.answer = answer
            waitEnd = now.advanced(by: Limits.resolutionDelay)
            due = nil
        }

        mutating func beginStream(at server: Int) -> Bool {
            guard answer == nil, case .free = servers[server] else { return false }
            servers[server] = .onStream
            return true
        }

        mutating func fail(
            _ failure: NameServerFailure, at server: Int, over transport: Transport, now: Instant
        ) {
            guard answer == nil else { return }
            switch (servers[server], transport) {
            case (.free, .datagrams): servers[server] = .failed(failure)
            case (.onStream, .stream): servers[server] = .failed(failure.onStream)
            default: return
            }
            if failures.allSatisfy({ $0 != nil }) {
                settle(.failed, now: now)
            } else if due == nil || server == lastAsked {
                due = now
            }
        }

        var addresses: [IPAddress] {
            if case .addresses(let addresses)? = answer { addresses } else { [] }
        }

        var hasFailures: Bool { failures.contains { $0 != nil } }

        var failures: [NameServerFailure?] {
            servers.map { if case .failed(let failure) = $0 { failure } else { nil } }
        }
    }
}
