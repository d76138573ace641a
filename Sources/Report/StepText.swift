import Basics
import GRPC
package import Outcome

/// `-v` and `-trace`: the words of a step. Values of metadata are secrets and not shown.
package enum StepText {
    /// One line, its end included.
    package static func line(_ step: Step, target: String, elapsed: Duration) -> String {
        "[\(elapsed.millisecondsText) ms] \(escaped(target)): \(words(of: step))\n"
    }

    private static func words(of step: Step) -> String {
        switch step {
        case .lookingUp(let name): "looking up \(escaped(name))"
        case .connecting(let addresses):
            "connecting to \(joined(addresses.map { escaped($0.description) }, by: ", "))"
        case .connected(let address): "connected to \(escaped(address.description))"
        case .fetchingIdentity: "asking for an X.509-SVID"
        case .identified(let identity, let trustDomains):
            words(of: identity, trustDomains)
        case .secured(let summary): words(of: summary)
        case .passing(let address, let failure):
            "\(escaped(address.description)): \(words(of: .failed(failure))),"
                + " trying the next address"
        case .requesting(let service, let metadata): words(ofRequest: service, metadata)
        case .settings: "HTTP/2 settings received"
        case .goAway(let code, let debugData):
            "GOAWAY \(code.name) received"
                + (debugData.isEmpty ? "" : ": \(quoted(debugData))")
        case .pingingLess(let interval):
            "the next connection sends a PING after \(interval.goText) of silence"
        case .ended(let service, let result): "service \(quoted(service)): \(words(of: result))"
        case .retrying(let service):
            "the call for service \(quoted(service)) was not processed, making it again"
        case .reconnecting(let time, let failure):
            (failure.map { "\(words(of: .failed($0))), " } ?? "")
                + "next connection in \(time.millisecondsText) ms"
        case .repeating(let service, let time, let failure):
            "service \(quoted(service)): \(words(of: .failed(failure))),"
                + " asking again in \(time.millisecondsText) ms"
        case .closed(let byPeerToo):
            byPeerToo ? "closed by both sides" : "closed, but the server has not closed its side"
        case .frame(let frame): words(of: frame)
        }
    }

    private static func words(of identity: SPIFFEID, _ trustDomains: [TrustDomain]) -> String {
        let names = joined(trustDomains.map { $0.text }, by: ", ")
        return "identity \(identity.text), trust bundles of "
            + clipped(names, to: Limits.shownNameSize)
    }

    private static func words(of summary: TLSSummary) -> String {
        "\(escaped(summary.version)) established, \(escaped(summary.cipher)), ALPN "
            + (summary.alpn.map { quoted($0) } ?? "none")
            + ", certificate \(quoted(clipped(summary.peerSubject, to: Limits.shownNameSize)))"
            + (summary.peerID.map { " of \(escaped($0.bytes))" } ?? "")
            + " valid until \(rfc3339(secondsSince1970: summary.notAfter))"
    }

    private static func words(ofRequest service: String, _ metadata: [HeaderField]) -> String {
        var text = "asking about service \(quoted(service))"
        for field in metadata { text += ", \(escaped(field.name)): (redacted)" }
        return text
    }

    private static func words(of result: Observation.Result) -> String {
        switch result {
        case .answered(let status): status.name
        case .failed(let failure):
            "\(failure.phase.word) failed, \(failure.cause.word) (\(failure.cause.statusCode.name))"
        }
    }

    private static func words(of frame: FrameSummary) -> String {
        var text = frame.direction == .sent ? "> " : "< "
        text += "\(name(ofFrameType: frame.type)) stream=\(frame.stream) length=\(frame.length)"
        for flag in flags(of: frame) { text += " \(flag)" }
        return frame.detail.isEmpty ? text : "\(text) \(escaped(frame.detail))"
    }

    /// The names of RFC 9113 section 6.
    private static func name(ofFrameType type: UInt8) -> String {
        switch type {
        case 0: "DATA"
        case 1: "HEADERS"
        case 2: "PRIORITY"
        case 3: "RST_STREAM"
        case 4: "SETTINGS"
        case 5: "PUSH_PROMISE"
        case 6: "PING"
        case 7: "GOAWAY"
        case 8: "WINDOW_UPDATE"
        case 9: "CONTINUATION"
        default: "frame type \(type)"
        }
    }

    private static func flags(of frame: FrameSummary) -> [String] {
        var names: [String] = []
        let isBody = frame.type <= 1
        if frame.flags & 0x1 != 0 {
            if isBody { names.append("END_STREAM") }
            if frame.type == 4 || frame.type == 6 { names.append("ACK") }
        }
        if frame.flags & 0x4 != 0, frame.type == 1 { names.append("END_HEADERS") }
        if frame.flags & 0x8 != 0, isBody { names.append("PADDED") }
        return names
    }
}
