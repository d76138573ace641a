package import Basics
package import Outcome

/// Looks up one name, inside the poll loop: no thread, no NSS plug-ins, and nothing that outlives
/// our deadline. The hosts file comes first, then the name servers, which are asked for the name
/// in the domains of the search path as /etc/resolv.conf says; c-ares reads these files.
package final class Resolver {
    package enum Progress {
        case wait
        case found([EndpointAddress])
        case failed(Cause)
    }

    private let port: UInt16
    /// What the hosts file says.
    private var known: [IPAddress] = []
    /// Whether anybody has looked at the clock since the hosts file was read, which takes time.
    private var hasWaited = false
    /// As c-ares takes them and messages show them: `192.0.2.1:53`.
    private var servers: [String] = []
    private var channels: [NameServerChannel] = []
    /// The names that the one that was given may stand for, from the one that is asked now on.
    private var names: [String] = []
    private var lookup: NameLookup?
    /// The addresses that were found before.
    private var given: [IPAddress] = []
    /// What the names before had instead of an address.
    private var lastFailure: Cause?

    private init(port: UInt16) {
        self.port = port
    }

    /// Starts to look up the addresses of `name`.
    ///
    /// - Parameter server: asked instead of the system's name servers.
    package static func start(
        _ name: String, port: UInt16, server: NameServer?
    ) throws(Cause) -> Resolver {
        let resolver = Resolver(port: port)
        let channel = try NameServerChannel(0, .datagrams, address: nil)
        resolver.known = channel.addressesInHostsFile(of: name)
        guard resolver.known.isEmpty else { return resolver }
        resolver.servers = server.map { [$0.description] } ?? channel.systemServers
        guard let first = resolver.servers.first else {
            throw .nameServer("there is no name server to ask")
        }
        // The system's only server stays as it was read, with all that belongs to it.
        if server != nil || resolver.servers.count > 1 { try channel.use(first) }
        resolver.channels = [channel]
        let (domains, dots) = channel.searchPath
        resolver.names = Self.names(for: name, domains: domains, dots: dots)
        return resolver
    }

    /// What a name may stand for, in the order of trying (resolv.conf(5), `search` and `ndots`).
    package static func names(for name: String, domains: [String], dots: Int) -> [String] {
        guard name.utf8.last != UInt8(ascii: ".") else { return [name] }
        let inDomains = domains.map { "\(name).\($0)" }
            .filter { $0.utf8.count <= Limits.hostNameSize }
        let isWhole = name.utf8.count { $0 == UInt8(ascii: ".") } >= dots
        return isWhole ? [name] + inDomains : inDomains + [name]
    }

    /// Goes as far as it can without waiting.
    package func advance(_ poller: Poller, now: Instant) -> Progress {
        guard known.isEmpty else { return hasWaited ? .found(endpoints(known)) : .wait }
        while let name = names.first {
            guard let outcome = advance(on: name, poller, now: now) else { return .wait }
            switch outcome {
            case .found(let addresses):
                let fresh = addresses.filter { !given.contains($0) }
                given = addresses
                return fresh.isEmpty ? .failed(.nameWithoutAddress) : .found(endpoints(fresh))
            case .noSuchName: break
            case .withoutAddress: remember(.nameWithoutAddress)
            case .failed:
                remember(.nameServer(words))
                // Who cannot be reached for one name cannot be for another.
                if lookup?.failures.allSatisfy({ $0 == .unreachable }) ?? false { names = [] }
            }
            if !names.isEmpty { names.removeFirst() }
            lookup = nil
        }
        return .failed(lastFailure ?? .nameNotFound)
    }

    /// Waits in `poller` for the name servers; returns when to go on at the latest.
    package func register(in poller: Poller, now: Instant) -> Instant? {
        guard known.isEmpty else {
            hasWaited = true
            return now
        }
        for channel in channels { channel.register(in: poller) }
        return channels.contains { $0.hasReplies } ? now : lookup?.due
    }

    /// Whether addresses may come that were not among those that were found: see `NameLookup`.
    package var mayFindMore: Bool { lookup?.mayFindMore ?? false }

    /// Goes on after it has found something, to find what is not there yet.
    package func findMore() {
        lookup?.waitsForAll = true
    }

    /// What it means that there is no time any more: nil where nobody has said anything.
    package var failure: Cause? {
        guard let lookup, !lookup.failures.isEmpty else { return nil }
        return .nameServer(words)
    }

    private func advance(
        on name: String, _ poller: Poller, now: Instant
    ) -> NameLookup.Outcome? {
        var lookup = lookup ?? NameLookup(serverCount: servers.count, now: now)
        var isMoving = true
        while isMoving {
            isMoving = false
            for query in lookup.takeQueries(now: now) {
                ask(name, query, &lookup, now: now)
                isMoving = true
            }
            for channel in channels {
                // What comes late for another name is of no use any more.
                for arrival in channel.takeReplies(poller)
                where arrival.name.utf8.elementsEqual(name.utf8) {
                    isMoving = true
                    let query = NameLookup.Query(
                        family: arrival.family, server: channel.server,
                        transport: channel.transport)
                    guard let next = lookup.receive(arrival.reply, to: query, now: now) else {
                        continue
                    }
                    ask(name, next, &lookup, now: now)
                }
            }
        }
        self.lookup = lookup
        return lookup.outcome(now: now)
    }

    private func ask(
        _ name: String, _ query: NameLookup.Query, _ lookup: inout NameLookup, now: Instant
    ) {
        do throws(Cause) {
            try channel(for: query).ask(name, query.family)
        } catch {
            let failure = NameServerFailure.other(error.nameServerWords)
            _ = lookup.receive(.failure(failure), to: query, now: now)
        }
    }

    private func channel(for query: NameLookup.Query) throws(Cause) -> NameServerChannel {
        if let channel = channels.first(where: {
            $0.server == query.server && $0.transport == query.transport
        }) {
            return channel
        }
        let channel = try NameServerChannel(
            query.server, query.transport, address: servers[query.server])
        channels.append(channel)
        return channel
    }

    /// Keeps what says most: that somebody failed, then that there is such a name.
    private func remember(_ cause: Cause) {
        if case .nameServer? = lastFailure { return }
        lastFailure = cause
    }

    private func endpoints(_ addresses: [IPAddress]) -> [EndpointAddress] {
        // IPv6 first, as RFC 6724 would usually sort them; the connector takes turns anyway.
        let sorted = addresses.filter { $0.isIPv6 } + addresses.filter { !$0.isIPv6 }
        return sorted.map { address in
            switch address {
            case .v4(let address): .ipv4(address, port: port)
            case .v6(let address): .ipv6(address, port: port)
            }
        }
    }
}

/// The words for name servers without an answer.
extension Resolver {
    private var words: String {
        let failures = lookup?.failures ?? []
        var text = ""
        for (server, failure) in zip(servers, failures) {
            text += text.isEmpty ? "the name server " : ", "
            text += "\(server) \(failure.map(Self.words) ?? "did not answer")"
        }
        return text
    }

    private static func words(of failure: NameServerFailure) -> String {
        switch failure {
        case .answered(let code): "answered \(name(ofCode: code))"
        case .unreachable: "cannot be reached"
        case .withoutStream: "gave no answer over TCP"
        case .unreadable: "sent an answer that cannot be read"
        case .other(let text): "could not be asked (\(text))"
        }
    }

    /// The names of IANA's registry "DNS RCODEs".
    private static func name(ofCode code: UInt8) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        default: "code \(code)"
        }
    }
}

extension Cause {
    fileprivate var nameServerWords: String {
        if case .nameServer(let text) = self { text } else { word }
    }
}

extension IPAddress {
    fileprivate var isIPv6: Bool {
        if case .v6 = self { true } else { false }
    }
}
