import GRPC
import Outcome

/// The few ways text is set off on a terminal (ECMA-48, "Select Graphic Rendition").
enum Paint: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"

    /// The colour of a result's word.
    init(_ result: Observation.Result) {
        switch result {
        case .answered(.serving): self = .green
        case .answered(.notServing), .failed: self = .red
        case .answered: self = .yellow
        }
    }

    func applied(to text: String, _ isOn: Bool) -> String {
        isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
