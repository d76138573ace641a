package import HTTP2

/// Which call each stream of a connection is for: a client's streams are 1, 3, 5 and so on
/// (RFC 9113 section 5.1.1).
package struct StreamTable {
    /// The calls on the streams from `first` on; nil for those that are over.
    private var calls: [Int?] = []
    private var first: StreamID = 1
    /// How many of `calls`, from the beginning, are known to be over.
    private var finished = 0

    /// How many streams have a call.
    private(set) package var count = 0

    package init() {}

    /// - Precondition: the stream is the next one of the connection.
    package mutating func add(_ stream: StreamID, for call: Int) {
        precondition(index(of: stream) == calls.count)
        calls.append(call)
        count += 1
    }

    /// The call that still waits for what this stream brings.
    package func call(on stream: StreamID) -> Int? {
        let index = index(of: stream)
        return calls.indices.contains(index) ? calls[index] : nil
    }

    /// The call on this stream is over.
    package mutating func remove(_ stream: StreamID) {
        guard call(on: stream) != nil else { return }
        calls[index(of: stream)] = nil
        count -= 1
        while finished < calls.count, calls[finished] == nil { finished += 1 }
        // What is over is dropped when it is half of all, so that each entry is moved once.
        guard finished > calls.count / 2 else { return }
        calls.removeFirst(finished)
        first += StreamID(2 * finished)
        finished = 0
    }

    private func index(of stream: StreamID) -> Int {
        // Of two of the peer's own streams, which are even, none is in the table.
        stream < first || stream % 2 == 0 ? -1 : Int(stream - first) / 2
    }
}
