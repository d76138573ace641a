import Basics
import GRPC
package import Outcome

/// `-output json`: one object a line for each result, on standard output, good news or bad. The
/// keys and their order are interface; a key without a value is left out.
package enum JSONReport {
    package static func output(of observations: [Observation], quiet: Bool) -> Output {
        var output = Output()
        for observation in observations {
            if quiet && observation.result == .answered(.serving) { continue }
            output.standardOutput += line(of: observation) + "\n"
        }
        return output
    }

    static func line(of observation: Observation) -> String {
        var object = JSONObject()
        object.add("time", rfc3339(nanosecondsSince1970: observation.wallTime))
        object.add("target", observation.target.spelling)
        if let address = observation.address { object.add("address", address.description) }
        // A List that failed was about no service.
        if observation.method != .list || observation.failure == nil {
            object.add("service", observation.service)
        }
        if case .answered(let status) = observation.result { object.add("status", status.name) }
        object.add("healthy", raw: observation.result == .answered(.serving) ? "true" : "false")
        object.add("exit_code", raw: "\(ExitCode(of: observation.result).rawValue)")
        addStatus(of: observation.failure?.cause, to: &object)
        object.add("elapsed_ms", milliseconds: observation.timings.total)
        object.add("phases_ms", raw: phases(observation.timings).text)
        if let failure = observation.failure {
            object.add("failure", raw: self.failure(failure, observation).text)
        }
        if let summary = observation.security.summary {
            object.add("tls", raw: tls(summary).text)
        }
        return object.text
    }

    /// How the call ended in gRPC's terms.
    ///
    /// - Parameter cause: why there is no answer; nil where there is one.
    static func addStatus(of cause: Cause?, to object: inout JSONObject) {
        let code = cause?.statusCode ?? .ok
        let isServers = cause == nil || cause?.serverStatus != nil
        object.add("grpc_code", raw: "\(code.rawValue)")
        object.add("grpc_status", code.name)
        if let message = cause?.serverStatus?.message, !message.isEmpty {
            object.add(
                "grpc_message",
                bytes: Array(beginning(of: message, atMost: Limits.serverTextSize)))
        }
        object.add("grpc_origin", isServers ? "server" : "probe")
        if let status = cause?.httpStatus { object.add("http_status", raw: "\(status)") }
    }

    private static func phases(_ timings: Timings) -> JSONObject {
        var object = JSONObject()
        if let spiffe = timings.spiffe { object.add("spiffe", milliseconds: spiffe) }
        if let resolve = timings.resolve { object.add("resolve", milliseconds: resolve) }
        if let connect = timings.connect { object.add("connect", milliseconds: connect) }
        if let tls = timings.tls { object.add("tls", milliseconds: tls) }
        if let http2 = timings.http2 { object.add("http2", milliseconds: http2) }
        if let rpc = timings.rpc { object.add("rpc", milliseconds: rpc) }
        return object
    }

    static func tls(_ summary: TLSSummary) -> JSONObject {
        var object = JSONObject()
        object.add("version", summary.version)
        object.add("cipher", summary.cipher)
        if let alpn = summary.alpn { object.add("alpn", alpn) }
        object.add("peer_subject", clipped(summary.peerSubject, to: Limits.shownNameSize))
        if let identity = summary.peerID { object.add("spiffe_id", identity.text) }
        object.add("not_after", rfc3339(secondsSince1970: summary.notAfter))
        return object
    }

    static func failure(_ failure: Failure, _ observation: Observation) -> JSONObject {
        let text = FailureText(observation, failure)
        var object = JSONObject()
        object.add("phase", failure.phase.word)
        object.add("cause", failure.cause.word)
        object.add("initiator", failure.cause.initiator.word)
        if let endpoint = text.endpoint { object.add("endpoint", endpoint) }
        object.add("message", text.cause)
        if let hint = text.hint { object.add("hint", hint) }
        return object
    }
}

/// A JSON object that is being written (RFC 8259).
struct JSONObject {
    private var members = ""

    var text: String { "{\(members)}" }

    /// - Parameter raw: JSON already.
    mutating func add(_ key: StaticString, raw: String) {
        if !members.isEmpty { members += "," }
        members += "\"\(key)\":\(raw)"
    }

    mutating func add(_ key: StaticString, _ value: String) {
        add(key, bytes: Array(value.utf8))
    }

    mutating func add(_ key: StaticString, bytes: [UInt8]) {
        add(key, raw: jsonString(bytes))
    }

    /// A number with three decimals: microseconds are what the clock is good for.
    mutating func add(_ key: StaticString, milliseconds duration: Duration) {
        add(key, raw: duration.millisecondsText)
    }
}

/// A JSON string. Bytes that are not UTF-8 become U+FFFD, and what would act on a terminal is
/// escaped beyond what JSON asks for: log files end on terminals.
func jsonString(_ bytes: [UInt8]) -> String {
    var text = "\""
    for character in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch character.value {
        case 0x22: text += "\\\""
        case 0x5C: text += "\\\\"
        case 0x0A: text += "\\n"
        case 0x0D: text += "\\r"
        case 0x09: text += "\\t"
        case 0...0x1F, 0x7F: text += escapedUnit(UInt16(character.value))
        case let value where isDeceptive(value):
            for unit in UTF16.encode(character) ?? .init() { text += escapedUnit(unit) }
        default: text.unicodeScalars.append(character)
        }
    }
    return text + "\""
}

private func escapedUnit(_ unit: UInt16) -> String {
    "\\u" + zeroPadded(unit, to: 4, radix: 16)
}
