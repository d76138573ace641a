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
    private let observations: [Observation]
    private let isColored: Bool
    private var widths = Row.Widths()
    private var next = 0

    init(_ observations: [Observation], colored: Bool) {
        self.observations = observations
        isColored = colored
        for observation in observations { widths.fit(Row(observation)) }
    }

    /// The next lines; nil when there are no more.
    mutating func nextPiece() -> String? {
        let end = min(observations.count, next + Limits.reportPiece)
        guard next < end else { return nil }
        var text = ""
        for observation in observations[next..<end] {
            Row(observation).write(to: &text, widths, colored: isColored)
        }
        next = end
        return text
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
    }

    var status: Cell
    var paint: Paint
    var target: Cell
    var service: Cell
    var time: Cell

    init(_ observation: Observation) {
        status = Cell(observation.result.columnWord)
        paint = Paint(observation.result)
        target = Cell(columnWord(observation.target.spelling))
        let isAboutService = observation.failure == nil || observation.method != .list
        service = Cell(isAboutService ? columnWord(observation.service) : "-")
        time = Cell(observation.timings.total.briefText)
    }

    func write(to text: inout String, _ widths: Widths, colored: Bool) {
        text += paint.applied(to: status.text, colored)
        text += status.gap(widths.status)
        text += target.text
        text += target.gap(widths.target)
        text += service.text
        text += service.gap(widths.service)
        // Numbers end in the same column.
        text += String(repeating: " ", count: widths.time - time.width)
        text += time.text
        text += "\n"
    }
}

/// One cell, and how many columns of a terminal it is taken to fill.
private struct Cell {
    var text: String
    /// Zero for a text that is too long to push the others' columns away.
    var width: Int

    init(_ text: String) {
        self.text = text
        let characters = text.unicodeScalars.count
        width = characters > Limits.columnWidth ? 0 : characters
    }

    /// What parts this cell from the next.
    func gap(_ columnWidth: Int) -> String {
        let padding = width == 0 ? 0 : columnWidth - width
        return String(repeating: " ", count: padding + 2)
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
        utf8.count > 1
            && utf8.allSatisfy {
                (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
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
