import Basics
import GRPC

extension PeerStep {
    /// The steps that one line of a script stands for.
    static func steps(_ line: ScriptLine) throws(ScriptError) -> [PeerStep] {
        var words = WordReader(line)
        let steps = try steps(from: &words)
        try words.finish()
        return steps
    }

    private static func steps(from words: inout WordReader) throws(ScriptError) -> [PeerStep] {
        let verb = try words.word("a step").text
        switch verb {
        case "serving":
            return try serving(from: &words)
        case "repeat":
            let count = try words.number("the count")
            let steps = try steps(from: &words)
            guard steps.count == 1 else { throw words.error("only one step can be repeated") }
            return [.repeated(count, steps[0])]
        default:
            return [try step(verb, from: &words)]
        }
    }

    private static func step(
        _ verb: String, from words: inout WordReader
    ) throws(ScriptError) -> PeerStep {
        switch verb {
        case "await": return .await(try awaited(from: &words))
        case "no-settings": return .noSettings
        case "no-acks": return .noAcks
        case "deaf": return .deaf
        case "settings": return .settings(try settings(from: &words))
        case "settings-ack": return .settingsAck
        case "ping":
            let payload = try words.hex()
            return .ping(payload.isEmpty ? [UInt8]("healthy?".utf8) : payload)
        case "headers", "response", "trailers", "push-promise":
            return .headers(try headers(verb, from: &words))
        case "data": return .data(try data(from: &words))
        case "message": return .data(try message(from: &words))
        case "reset": return try reset(from: &words)
        case "goaway": return try goAway(from: &words)
        case "window": return try window(from: &words)
        case "frame": return try frame(from: &words)
        case "raw": return .raw(try raw(from: &words))
        default: return try timing(verb, from: &words)
        }
    }

    private static func timing(
        _ verb: String, from words: inout WordReader
    ) throws(ScriptError) -> PeerStep {
        switch verb {
        case "trickle":
            let time = try words.isEmpty ? 0 : words.milliseconds(words.word("time").text)
            return .trickle(milliseconds: time)
        case "pause": return .pause(milliseconds: try words.milliseconds(words.word("time").text))
        case "stream":
            return .stream(try words.number32(words.word("the stream").text, "the stream"))
        case "close": return .close
        case "cut": return .cut
        case "beneath": return .beneath(try words.hex())
        case "abort": return .abort
        case "silence": return .silence
        default: throw words.error("unknown step: \(verb)")
        }
    }

    /// The whole answer of a healthy server.
    private static func serving(from words: inout WordReader) throws(ScriptError) -> [PeerStep] {
        let data = DataStep(bytes: FrameWriter.message([0x08, 0x01]))
        let trailers = HeadersStep(fields: [HeaderField("grpc-status", "0")], end: true)
        return [.headers(HeadersStep(fields: responseHeaders)), .data(data), .headers(trailers)]
    }

    private static let responseHeaders = [
        HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
    ]

    private static func awaited(from words: inout WordReader) throws(ScriptError) -> Awaited {
        let what = try words.word("what to await").text
        guard let awaited = Awaited(rawValue: what) else {
            throw words.error("cannot await \(what)")
        }
        return awaited
    }

    private static func settings(from words: inout WordReader) throws(ScriptError) -> [Setting] {
        var settings: [Setting] = []
        while !words.isEmpty {
            let (name, value) = try pair(from: &words)
            let identifier = try words.code(name, of: Setting.names, "the setting")
            settings.append(
                Setting(
                    identifier: UInt16(truncatingIfNeeded: identifier),
                    value: try words.number32(value, name)))
        }
        return settings
    }

    /// Header fields and how the block is sent. `response` begins with the fields of every
    /// response, `trailers` end the stream.
    private static func headers(
        _ verb: String, from words: inout WordReader
    ) throws(ScriptError) -> HeadersStep {
        var step = HeadersStep()
        if verb == "response" { step.fields = responseHeaders }
        if verb == "trailers" { step.end = true }
        if verb == "push-promise" { step.type = FrameType.pushPromise }
        while !words.isEmpty {
            let word = try words.word("a field")
            if let field = word.field {
                step.fields.append(field)
                continue
            }
            switch word.text {
            case "end": step.end = true
            case "unfinished": step.unfinished = true
            case "continuation": step.fragment = try words.number("the size")
            case "pad": step.pad = try words.number("the padding")
            case "stream": step.stream = UInt32(try words.number("the stream"))
            case "fill":
                let name = try words.word("the name").bytes
                step.fields.append(HeaderField(name: name, value: try filling(from: &words)))
            case "times":
                let count = try words.number("the count")
                guard let field = try words.word("the field").field else {
                    throw words.error("times N name=value")
                }
                step.fields += [HeaderField](repeating: field, count: count)
            default: throw words.error("cannot use: \(word.text)")
            }
        }
        return step
    }

    /// `TEXT*N`: a long value.
    private static func filling(from words: inout WordReader) throws(ScriptError) -> [UInt8] {
        let word = try words.word("TEXT*N")
        guard let star = word.bytes.lastIndex(of: UInt8(ascii: "*")) else {
            throw words.error("a filling is written like X*1000")
        }
        let count = try words.number(
            String(decoding: word.bytes[(star + 1)...], as: UTF8.self), "the count")
        return Array([ArraySlice](repeating: word.bytes[..<star], count: count).joined())
    }

    private static func data(from words: inout WordReader) throws(ScriptError) -> DataStep {
        var step = DataStep()
        if words.take("text") {
            step.bytes = try words.word("the text").bytes
        } else {
            step.bytes = try words.hex()
        }
        while !words.isEmpty {
            try dataOption(try words.word("an option").text, of: &step, from: &words)
        }
        return step
    }

    private static func message(from words: inout WordReader) throws(ScriptError) -> DataStep {
        var step = DataStep()
        let payload = try words.hex()
        var flag: UInt8 = 0
        var length: UInt32?
        while !words.isEmpty {
            let option = try words.word("an option").text
            switch option {
            case "flag": flag = UInt8(truncatingIfNeeded: try words.number("the flag"))
            case "length":
                length = try words.number32(words.word("the length").text, "the length")
            default: try dataOption(option, of: &step, from: &words)
            }
        }
        step.bytes = FrameWriter.message(payload, flag: flag, declaredLength: length)
        return step
    }

    private static func dataOption(
        _ option: String, of step: inout DataStep, from words: inout WordReader
    ) throws(ScriptError) {
        switch option {
        case "end": step.end = true
        case "overrun": step.overrun = true
        case "pad": step.pad = try words.number("the padding")
        case "split": step.split = max(try words.number("the size"), 1)
        case "stream": step.stream = UInt32(try words.number("the stream"))
        default: throw words.error("cannot use: \(option)")
        }
    }
}
