import Basics
import GRPC
import Outcome

/// Several results, a line each in the order given: status, target, service, time.
///
///     SERVING      localhost:5000  shop.Cart   1.2 ms
///     NOT_SERVING  localhost:5000  shop.Pay   14.0 ms
///
/// The columns are aligned by characters, and no cell but the last holds a blank, so that `awk`
/// can take the lines apart.
struct ResultTable {
    private let rows: [Row]
    private let isColored: Bool
    private var widths = Row.Widths()
    private var next = 0

    init(_ observations: [Observation], colored: Bool) {
        isColored = colored
        rows = observations.map { Row($0) }
        for row in rows { widths.fit(row) }
    }

    /// The next lines; nil when there are no more.
    mutating func nextPiece() -> String? {
        let end = min(rows.count, next + Limits.reportPiece)
        guard next < end else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity((end - next) * widths.sum)
        for row in rows[next..<end] { row.write(to: &text, widths, colored: isColored) }
        next = end
        return String(bytes: text)
    }
}

private struct Row {
    struct Widths {
        var status = 0
        var target = 0
        var service = 0
        var time = 0

        mutating func fit(_ row: Row) {
            status = max(status, row.status.width)
            target = max(target, row.target.width)
            service = max(service, row.service.width)
            time = max(time, row.time.width)
        }

        /// How many bytes a row takes, if it is all ASCII.
        var sum: Int { status + target + service + time + 3 * Cell.gap + 1 }
    }

    var status: Cell
    var paint: Paint
    var target: Cell
    var service: Cell
    var time: Milliseconds

    init(_ observation: Observation) {
        status = Cell(observation.result.columnWord)
        paint = Paint(observation.result)
        target = Cell(columnWord(observation.target.spelling))
        let isAboutService = observation.failure == nil || observation.method != .list
        service = Cell(isAboutService ? columnWord(observation.service) : "-")
        time = Milliseconds(observation.timings.total)
    }

    func write(to text: inout [UInt8], _ widths: Widths, colored: Bool) {
        text.append(paint.applied(to: status.text, colored))
        status.pad(&text, widths.status)
        text.append(target.text)
        target.pad(&text, widths.target)
        text.append(service.text)
        service.pad(&text, widths.service)
        // Numbers end in the same column.
        text.appendBlanks(widths.time - time.width)
        time.write(to: &text)
        text.append(UInt8(ascii: "\n"))
    }
}

/// A time for people: `1.2 ms`.
private struct Milliseconds {
    private let tenths: UInt64
    /// How many columns it fills.
    let width: Int

    init(_ duration: Duration) {
        tenths = UInt64(max(0, duration.wholeNanoseconds / 100_000))
        width = decimalWidth(tenths / 10) + Self.rest
    }

    /// How many columns the point, the digit behind it and the unit fill.
    private static let rest = ".0 ms".utf8.count

    func write(to text: inout [UInt8]) {
        appendDecimal(tenths / 10, to: &text)
        text.append(UInt8(ascii: "."))
        text.append(UInt8(ascii: "0") + UInt8(tenths % 10))
        text.append(" ms")
    }
}

/// One cell, and how many columns of a terminal it is taken to fill.
private struct Cell {
    /// What parts two cells at least.
    static let gap = 2

    var text: String
    /// Zero for a text that is too long to push the others' columns away.
    var width: Int

    init(_ text: String) {
        self.text = text
        let columns = columnCount(text)
        width = columns > Limits.columnWidth ? 0 : columns
    }

    /// Writes what parts this cell from the next.
    func pad(_ text: inout [UInt8], _ columnWidth: Int) {
        let padding = width == 0 ? 0 : columnWidth - width
        text.appendBlanks(padding + Self.gap)
    }
}

/// A name as the one word that a column holds: quoted where it would be none, or several, or
/// would not show what it is.
func columnWord(_ name: String) -> String {
    if name.isPlainWord { return clipped(name, to: Limits.shownNameSize) }
    let quotation = quoted(name)
    let isPlain = quotation.utf8.count == name.utf8.count + 2
    let isWord = isPlain && !name.isEmpty && name != "-" && !name.utf8.contains(0x20)
    return clipped(isWord ? name : quotation, to: Limits.shownNameSize)
}

extension String {
    /// Whether these are letters, digits and signs of ASCII that need no closer look, as names of
    /// services and targets nearly always are.
    fileprivate var isPlainWord: Bool {
        let bytes = utf8.span
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return false
            case 0x21...0x7E: break
            default: return false
            }
        }
        return bytes.count > 1
    }
}

extension Observation.Result {
    /// The serving status, or else the name of the gRPC status.
    var columnWord: String {
        switch self {
        case .answered(let status): status.name
        case .failed(let failure):
            // The name of a code that nobody has named is two words.
            failure.cause.statusCode.name.utf8.contains(0x20)
                ? "CODE(\(failure.cause.statusCode.rawValue))" : failure.cause.statusCode.name
        }
    }
}
