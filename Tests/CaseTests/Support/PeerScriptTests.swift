import GRPC
import TestSupport
import Testing

@Suite struct PeerScriptTests {
    @Test(arguments: [
        ("serve", "unknown step"), ("await lunch", "cannot await"), ("message 081", "cannot use"),
        ("reset", "missing"), ("reset NO_SUCH_ERROR", "not a number"),
        ("pause 5", "50ms"), ("response x=\"", "quote"), ("response x=\\q", "escape"),
        ("goaway last=0 why=x", "knows"), ("connection 2", "numbered"), ("data 00 end 00", "use"),
        ("repeat 2 serving", "one step"), ("headers fill x 100", "X*1000"), ("window 5", "window"),
    ])
    func mistakesAreTold(_ script: String, _ reason: String) {
        let error = #expect(throws: ScriptError.self) {
            try PeerScript("await request\n\(script)")
        }
        #expect(error?.line == 2)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test func blanksAndCommentsAreNoSteps() throws {
        let script = try PeerScript("\n# a comment\n  await request # another\n\n", firstLine: 10)
        #expect(script.connection(0).steps == [.settings([]), .await(.request)])
        #expect(script.connection(0).lines == [12, 12])
    }

    @Test func anyByteCanStandInAField() throws {
        let script = try PeerScript(#"headers a\=b\x00=\e[1m\n\xff" x = y " =empty x="#)
        guard case .headers(let step)? = script.connection(0).steps.last else {
            Issue.record("no headers")
            return
        }
        #expect(
            step.fields == [
                HeaderField(
                    name: Array("a=b\0".utf8), value: bytes("1b5b316d0aff20") + Array("x = y ".utf8)
                ),
                HeaderField(name: [], value: Array("empty".utf8)), HeaderField("x", ""),
            ])
    }

    @Test func connectionsHavePartsOfTheirOwn() throws {
        let script = try PeerScript("connection 1\nclose\nconnection 2\nabort")
        #expect(script.connection(0).steps.last == .close)
        #expect(script.connection(1).steps.last == .abort)
        #expect(script.connection(7).steps.last == .abort)
    }

    @Test(arguments: [
        ("await request", true, true), ("no-acks\nawait request", true, false),
        ("settings max-frame-size=20000", false, true), ("no-settings\nclose", false, false),
        ("await bytes\nraw \"SSH-2.0\"", false, false), ("trickle\nawait request", true, true),
    ])
    func aServerSpeaksHTTP2UnlessTold(_ text: String, _ sends: Bool, _ acknowledges: Bool) throws {
        let connection = try PeerScript(text).connection(0)
        #expect(connection.steps.contains(.settings([])) == sends)
        #expect(connection.acknowledges == acknowledges)
    }

    @Test func bytesCanBeManyAndInPieces() throws {
        let script = try PeerScript("data 0801 00*3 ff pad 2")
        guard case .data(let step)? = script.connection(0).steps.last else {
            Issue.record("no data")
            return
        }
        #expect(step.bytes == [8, 1, 0, 0, 0, 0xff])
        #expect(step.pad == 2)
    }
}
