import Client
import HTTP2
import Testing

@Suite struct StreamTableTests {
    @Test func `a stream has its call until that is over`() {
        var table = StreamTable()
        table.add(1, for: 7)
        table.add(3, for: 0)
        #expect(table.call(on: 1) == 7)
        #expect(table.call(on: 3) == 0)
        table.remove(1)
        #expect(table.call(on: 1) == nil)
        #expect(table.call(on: 3) == 0)
        #expect(table.count == 1)
    }

    @Test(arguments: [-1, 0, 2, 4, 5, 7, .max, .min] as [StreamID])
    func `no other stream has one`(stream: StreamID) {
        var table = StreamTable()
        table.add(1, for: 0)
        table.add(3, for: 1)
        #expect(table.call(on: stream) == nil)
        table.remove(stream)
        #expect(table.count == 2)
    }

    @Test func `a call counts once, however often it ends`() {
        var table = StreamTable()
        table.add(1, for: 0)
        table.remove(1)
        table.remove(1)
        #expect(table.count == 0)
    }

    /// Checks that are repeated for days, some of them beside one that takes long.
    @Test func `streams go on behind those that are over`() {
        var table = StreamTable()
        table.add(1, for: 0)
        var stream: StreamID = 3
        for call in 1...5000 {
            table.add(stream, for: call)
            #expect(table.call(on: stream) == call)
            table.remove(stream)
            if call == 2500 { table.remove(1) }
            stream += 2
        }
        #expect(table.count == 0)
        table.add(stream, for: 3)
        #expect(table.call(on: stream) == 3)
        #expect(table.call(on: 1) == nil)
    }
}
