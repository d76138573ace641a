extension PeerStep {
    static func reset(from words: inout WordReader) throws(ScriptError) -> PeerStep {
        let text = try words.word("the error code").text
        let code = UInt32(try words.code(text, of: ErrorCode.names, "the error code"))
        let stream = words.take("stream") ? UInt32(try words.number("the stream")) : nil
        return .reset(code: code, stream: stream)
    }

    /// `goaway [last=N|max] [code=N] [debug="..."]`; the last stream is the current one.
    static func goAway(from words: inout WordReader) throws(ScriptError) -> PeerStep {
        var last: UInt32?
        var code: UInt32 = 0
        var debug: [UInt8] = []
        while let field = words.peek()?.field {
            let (name, value) = try pair(from: &words)
            switch name {
            case "last": last = value == "max" ? 0x7fff_ffff : try words.number32(value, name)
            case "code": code = UInt32(try words.code(value, of: ErrorCode.names, name))
            case "debug": debug = field.value
            default: throw words.error("goaway knows last, code and debug")
            }
        }
        return .goAway(last: last, code: code, debug: debug)
    }

    static func window(from words: inout WordReader) throws(ScriptError) -> PeerStep {
        let stream: UInt32? = words.take("connection") ? 0 : nil
        if stream == nil, !words.take("stream") {
            throw words.error("window stream N or window connection N")
        }
        let increment = try words.number32(words.word("the increment").text, "the increment")
        return .window(stream: stream, increment: increment)
    }

    /// `frame type=N [flags=N] [stream=N] [length=N] [BYTES]`; the stream is the current one.
    static func frame(from words: inout WordReader) throws(ScriptError) -> PeerStep {
        var frame = Frame(type: 0)
        var own = true
        var length: Int?
        while words.peek()?.equals != nil {
            let (name, value) = try pair(from: &words)
            switch name {
            case "type":
                frame.type = UInt8(try words.code(value, of: FrameType.names, name) & 0xff)
            case "flags": frame.flags = UInt8(try words.number(value, name) & 0xff)
            case "stream":
                frame.stream = try words.number32(value, name)
                own = false
            case "length": length = try words.number(value, name)
            default: throw words.error("frame knows type, flags, stream and length")
            }
        }
        frame.payload = try words.hex()
        return .frame(frame, ownStream: own, declaredLength: length)
    }

    /// `raw "text"` or `raw hex BYTES`.
    static func raw(from words: inout WordReader) throws(ScriptError) -> [UInt8] {
        if words.take("hex") { return try words.hex() }
        return try words.word("the text").bytes
    }

    static func pair(from words: inout WordReader) throws(ScriptError) -> (String, String) {
        guard let field = try words.word("name=value").field else {
            throw words.error("name=value is wanted")
        }
        return (
            String(decoding: field.name, as: UTF8.self),
            String(decoding: field.value, as: UTF8.self)
        )
    }
}
