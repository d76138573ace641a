import Basics
import Compression
package import GRPC

/// One call: what a client sends, turned into what it is answered.
///
///     new --headers--> reading --END_STREAM--> over        (Check, List)
///      |                  |  '---------------> watching    (Watch; only the client ends it)
///      '------------------'-- a mistake -----> over
package struct HealthCall {
    /// What the server has to send.
    package enum Action: Equatable {
        case none
        /// The HTTP status alone: this is not a gRPC call.
        case reject(httpStatus: Int)
        /// Trailers-Only.
        case refuse(GRPCStatus)
        /// Headers, this message, and trailers that say OK.
        case answer([UInt8])
        /// Headers and this message; more may come.
        case open([UInt8])
        /// One more message.
        case send([UInt8])
    }

    private enum Method: String {
        case check = "/grpc.health.v1.Health/Check"
        case watch = "/grpc.health.v1.Health/Watch"
        case list = "/grpc.health.v1.Health/List"
    }

    private enum State {
        case new
        case reading(Method, MessageReader, encoding: [UInt8]?, [GRPCMessage])
        case watching(ServiceName, told: ServingStatus)
        case over
    }

    private var state = State.new
    /// Whether the client has sent all it will.
    package private(set) var clientIsDone = false

    package init() {}

    /// Whether nothing more will be sent.
    package var isOver: Bool {
        if case .over = state { true } else { false }
    }

    // MARK: - From the client

    /// A header block: the request's, or its trailers, which mean nothing but the end.
    package mutating func receiveHeaders(
        _ fields: [HeaderField], isTruncated: Bool, endStream: Bool, _ registry: HealthRegistry
    ) -> Action {
        clientIsDone = clientIsDone || endStream
        if case .new = state {
            if isTruncated { return end(.reject(httpStatus: 431)) }
            guard fields.value(of: "content-type").map(isGRPC) ?? false else {
                return end(.reject(httpStatus: 415))
            }
            guard fields.value(of: ":method").map({ $0.spells("POST") }) ?? false else {
                return end(.reject(httpStatus: 405))
            }
            let path = String(bytes: fields.value(of: ":path") ?? [])
            guard let method = Method(rawValue: path) else {
                return refuse(.unimplemented, "unknown method")
            }
            let encoding = fields.value(of: "grpc-encoding")
            state = .reading(method, MessageReader(encoding: encoding), encoding: encoding, [])
        }
        return endStream ? finish(registry) : .none
    }

    package mutating func receiveData(
        _ bytes: [UInt8], endStream: Bool, _ registry: HealthRegistry
    ) -> Action {
        clientIsDone = clientIsDone || endStream
        guard case .reading(let method, var reader, let encoding, var messages) = state else {
            return .none
        }
        do throws(MessageReader.Violation) {
            try reader.append(bytes, to: &messages)
        } catch {
            return refuse(error)
        }
        // All methods take one message, and what comes after it is not worth keeping.
        guard messages.count <= 1 else { return refuse(.internal, "more than one message") }
        if endStream, reader.isInsideMessage {
            return refuse(.internal, "the message is incomplete")
        }
        state = .reading(method, reader, encoding: encoding, messages)
        return endStream ? finish(registry) : .none
    }

    // MARK: - From the server

    /// Tells a client that watches a service how it is now, unless that was the last it heard.
    package mutating func tell(_ registry: HealthRegistry) -> Action {
        guard case .watching(let service, let told) = state else { return .none }
        let status = registry.watchedStatus(of: service)
        guard status != told else { return .none }
        state = .watching(service, told: status)
        return .send(HealthCheckResponse.encoded(status))
    }

    // MARK: - Answers

    private mutating func finish(_ registry: HealthRegistry) -> Action {
        guard case .reading(let method, _, let encoding, let messages) = state else {
            return .none
        }
        guard let message = messages.first else { return refuse(.internal, "no message") }
        guard let plain = inflated(message, encoding) else {
            return refuse(.internal, "the message cannot be decompressed")
        }
        guard let service = HealthCheckRequest.decode(plain) else {
            return refuse(.internal, "the message is malformed")
        }
        switch method {
        case .check:
            guard let status = registry[service] else {
                return refuse(.notFound, "unknown service")
            }
            return end(.answer(HealthCheckResponse.encoded(status)))
        case .watch:
            let status = registry.watchedStatus(of: service)
            state = .watching(service, told: status)
            return .open(HealthCheckResponse.encoded(status))
        case .list:
            // `HealthListRequest` has no fields: what was decoded is nothing, or unknown to it.
            let entries = registry.entries
            guard entries.count <= HealthRegistry.listLimit else {
                return refuse(.resourceExhausted, "too many services to list")
            }
            return end(.answer(HealthListResponse.encoded(entries)))
        }
    }

    private func inflated(_ message: GRPCMessage, _ encoding: [UInt8]?) -> [UInt8]? {
        guard message.isCompressed else { return message.bytes }
        do throws(BadResponse) {
            return try Inflater.inflate(message.bytes, limit: Limits.messageSize)
        } catch {
            return nil
        }
    }

    private mutating func refuse(_ violation: MessageReader.Violation) -> Action {
        switch violation {
        case .tooLarge, .noRoom: refuse(.resourceExhausted, "the message is too large")
        // compression.md: "an encoding the server does not support" is UNIMPLEMENTED.
        case .unsupportedEncoding: refuse(.unimplemented, "unknown grpc-encoding")
        case .badCompressedFlag, .compressedWithoutEncoding:
            refuse(.internal, "the message is malformed")
        }
    }

    /// - Parameter message: ASCII without `%`, so that it is its own percent-encoding.
    private mutating func refuse(_ code: GRPCStatusCode, _ message: String) -> Action {
        end(.refuse(GRPCStatus(code: code, message: Array(message.utf8))))
    }

    private mutating func end(_ action: Action) -> Action {
        state = .over
        return action
    }
}

extension [HeaderField] {
    fileprivate func value(of name: String) -> [UInt8]? {
        first { $0.name.spells(name) }?.value
    }
}

/// Whether this is `application/grpc`, alone or with `+` or `;` and more behind it
/// (PROTOCOL-HTTP2.md, "Content-Type").
private func isGRPC(_ contentType: [UInt8]) -> Bool {
    guard let rest = contentType[...].dropping(prefix: "application/grpc") else { return false }
    return rest.isEmpty || rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: ";")
}
