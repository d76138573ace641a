/// Plays one connection of a `PeerScript`: bytes in, actions out, no sockets and no clock.
///
///     started --- await not met ---> waiting --- receive() ---> waiting or through
///
/// The script runs as far as it can with every call. Answers to SETTINGS and PING are given
/// whatever the script is waiting for.
package struct ScriptedPeer: Sendable {
    package private(set) var record = PeerRecord()
    /// The stream that steps without a stream of their own speak about.
    package var currentStream: UInt32 = 1

    private let script: PeerScript.Connection
    private var position = 0
    /// How often the repeated step at `position` was done.
    private var repetitions = 0
    private var reader = FrameReader()
    private var decoder = HPACKDecoder()
    private var block: (stream: UInt32, end: Bool, bytes: [UInt8])?
    private var consumed = Consumed()
    private var windows = PeerWindows()
    private var data: PendingData?
    private var output = PeerOutput()

    /// How much of what the client did was already awaited.
    private struct Consumed {
        var headers = 0
        var request = false
        var settingsAcks = 0
        var pingAcks = 0
        var resets = 0
        var goAways = 0
        var windowUpdates = 0
    }

    /// A data step, and how far it has come.
    private struct PendingData {
        var step: DataStep
        var rest: ArraySlice<UInt8>
        var stream: UInt32
    }

    package init(_ script: PeerScript.Connection) {
        self.script = script
    }

    /// Everything that the server sends before it has read anything.
    package mutating func start() -> [PeerAction] {
        advance()
        return output.take()
    }

    /// The client sent `bytes`.
    package mutating func receive(_ bytes: [UInt8]) -> [PeerAction] {
        record.byteCount += bytes.count
        if record.malformed == nil {
            do throws(WireError) {
                let frames = try reader.frames(in: bytes)
                record.sawPreface = reader.sawPreface
                for frame in frames { try take(frame) }
            } catch {
                record.malformed = error.reason
            }
        }
        advance()
        return output.take()
    }

    /// The client has left; nothing can be sent to it afterwards.
    package mutating func receiveEnd(_ end: ClientEnd) -> [PeerAction] {
        if record.end == .open { record.end = end }
        advance()
        return output.take()
    }

    // MARK: What the client sends

    private mutating func take(_ frame: Frame) throws(WireError) {
        switch frame.type {
        case FrameType.headers:
            let content = try frame.content()
            try take(block: (frame.stream, frame.has(FrameFlags.endStream), content), frame)
        case FrameType.continuation:
            guard let open = block, open.stream == frame.stream else {
                throw WireError("CONTINUATION without HEADERS")
            }
            try take(block: (open.stream, open.end, open.bytes + frame.payload), frame)
        case FrameType.data:
            guard let index = record.requests.firstIndex(where: { $0.stream == frame.stream })
            else { throw WireError("DATA without HEADERS") }
            record.requests[index].body += try frame.content()
            if frame.has(FrameFlags.endStream) { record.requests[index].isComplete = true }
        case FrameType.settings:
            takeSettings(frame)
        case FrameType.ping:
            takePing(frame)
        case FrameType.reset:
            record.resets.append(.init(stream: frame.stream, code: frame.number(at: 0)))
        case FrameType.goAway:
            record.goAways.append(
                .init(
                    lastStream: frame.number(at: 0), code: frame.number(at: 4),
                    debug: Array(frame.payload.dropFirst(8))))
        case FrameType.windowUpdate:
            record.windowUpdates += 1
            windows.add(Int(frame.number(at: 0)), stream: frame.stream)
        default:
            break
        }
    }

    private mutating func take(
        block whole: (stream: UInt32, end: Bool, bytes: [UInt8]), _ frame: Frame
    ) throws(WireError) {
        guard frame.has(FrameFlags.endHeaders) else {
            block = whole
            return
        }
        block = nil
        let fields = try decoder.fields(of: whole.bytes)
        if let index = record.requests.firstIndex(where: { $0.stream == whole.stream }) {
            // The client's trailers.
            record.requests[index].isComplete = whole.end
        } else {
            record.requests.append(
                ClientRequest(stream: whole.stream, headers: fields, isComplete: whole.end))
        }
    }

    private mutating func takeSettings(_ frame: Frame) {
        guard !frame.has(FrameFlags.ack) else {
            record.settingsAcks += 1
            return
        }
        record.settings += frame.settings
        for setting in frame.settings where setting.identifier == 4 {
            windows.initial = Int(setting.value)
        }
        if script.acknowledges { output.send(FrameWriter.settingsAck) }
    }

    private mutating func takePing(_ frame: Frame) {
        guard !frame.has(FrameFlags.ack) else {
            record.pingAcks.append(frame.payload)
            return
        }
        record.pings.append(frame.payload)
        if script.acknowledges { output.send(FrameWriter.ping(frame.payload, ack: true)) }
    }

    // MARK: The script

    private mutating func advance() {
        while record.end == .open || isAwaitingTheEnd, position < script.steps.count {
            record.waitingAtLine = script.lines[position]
            guard perform(script.steps[position]) else { return }
            position += 1
        }
        if position == script.steps.count { record.waitingAtLine = nil }
    }

    private var isAwaitingTheEnd: Bool {
        position < script.steps.count && script.steps[position] == .await(.close)
    }

    /// Does a step, or answers false where it must wait for the client.
    private mutating func perform(_ step: PeerStep) -> Bool {
        switch step {
        case .await(let awaited): return isMet(awaited)
        case .noSettings, .noAcks: break
        case .silence: return false
        case .deaf: output.add(.stopReading)
        case .settings(let settings): output.send(FrameWriter.settings(settings))
        case .settingsAck: output.send(FrameWriter.settingsAck)
        case .ping(let payload): output.send(FrameWriter.ping(payload))
        case .headers(let step): send(step)
        case .data(let step): return send(step)
        case .reset(let code, let stream):
            output.send(FrameWriter.reset(stream: stream ?? currentStream, code: code))
        case .goAway(let last, let code, let debug):
            output.send(
                FrameWriter.goAway(lastStream: last ?? currentStream, code: code, debug: debug))
        case .window(let stream, let increment):
            output.send(
                FrameWriter.windowUpdate(stream: stream ?? currentStream, increment: increment))
        case .frame(var frame, let own, let length):
            if own { frame.stream = currentStream }
            output.send(FrameWriter.frame(frame, declaredLength: length))
        case .raw(let bytes): output.send(bytes)
        case .trickle(let time): output.gap = time
        case .stream(let stream): currentStream = stream
        case .pause(let time): output.add(.pause(milliseconds: time))
        case .close: output.add(.close)
        case .cut: output.add(.cut)
        case .beneath(let bytes): output.add(.sendBeneath(bytes))
        case .abort: output.add(.abort)
        case .repeated(let count, let step):
            while repetitions < count {
                guard perform(step) else { return false }
                repetitions += 1
            }
            repetitions = 0
        }
        return true
    }

    private mutating func isMet(_ awaited: Awaited) -> Bool {
        switch awaited {
        case .bytes: record.byteCount > 0
        case .preface: record.sawPreface
        case .headers: takeNextRequest(complete: false)
        case .request: takeNextRequest(complete: true)
        case .settingsAck: consume(&consumed.settingsAcks, of: record.settingsAcks)
        case .pingAck: consume(&consumed.pingAcks, of: record.pingAcks.count)
        case .reset: consume(&consumed.resets, of: record.resets.count)
        case .goAway: consume(&consumed.goAways, of: record.goAways.count)
        case .window: consume(&consumed.windowUpdates, of: record.windowUpdates)
        case .close: record.end != .open
        }
    }

    private func consume(_ count: inout Int, of total: Int) -> Bool {
        guard count < total else { return false }
        count += 1
        return true
    }

    /// `await headers` and a later `await request` speak about the same request.
    private mutating func takeNextRequest(complete: Bool) -> Bool {
        let isSecondLook = complete && consumed.headers > 0 && !consumed.request
        let index = isSecondLook ? consumed.headers - 1 : consumed.headers
        guard index < record.requests.count, !complete || record.requests[index].isComplete
        else { return false }
        consumed.headers = index + 1
        consumed.request = complete
        currentStream = record.requests[index].stream
        return true
    }

    private mutating func send(_ step: HeadersStep) {
        var block = HeaderBlockWriter.block(step.fields)
        if step.type == FrameType.pushPromise { block = UInt32(2).bigEndianBytes + block }
        output.send(
            FrameWriter.headers(
                block: block, type: step.type, stream: step.stream ?? currentStream,
                end: step.end, fragment: step.fragment ?? FrameWriter.defaultFrameSize,
                pad: step.pad, finished: !step.unfinished))
    }

    /// Sends what the windows allow; true when all of it has left.
    private mutating func send(_ step: DataStep) -> Bool {
        var pending =
            data
            ?? PendingData(
                step: step, rest: step.bytes[...], stream: step.stream ?? currentStream)
        let overhead = step.pad.map { $0 + 1 } ?? 0
        repeat {
            let room = step.overrun ? Int.max : windows.room(stream: pending.stream)
            let size = min(
                step.split ?? FrameWriter.defaultFrameSize - overhead, pending.rest.count,
                room - overhead)
            guard size > 0 || pending.rest.isEmpty && size == 0 else {
                data = pending
                return false
            }
            let piece = pending.rest.prefix(size)
            pending.rest = pending.rest.dropFirst(size)
            windows.spend(size + overhead, stream: pending.stream)
            output.send(
                FrameWriter.data(
                    piece, stream: pending.stream, end: step.end && pending.rest.isEmpty,
                    pad: step.pad))
        } while !pending.rest.isEmpty
        data = nil
        return true
    }
}
