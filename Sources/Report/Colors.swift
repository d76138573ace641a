package import Plan

/// Whether each standard stream may be coloured; found out when there is something to colour.
package struct Colors: Sendable {
    private let outputIsColored: @Sendable () -> Bool
    private let errorIsColored: @Sendable () -> Bool

    package var output: Bool { outputIsColored() }
    package var error: Bool { errorIsColored() }

    package init(output: Bool, error: Bool) {
        outputIsColored = { output }
        errorIsColored = { error }
    }

    /// The user's choice, or what the streams are.
    package init(
        _ choice: ColorChoice, outputIsTerminal: @escaping @Sendable () -> Bool,
        errorIsTerminal: @escaping @Sendable () -> Bool
    ) {
        switch choice {
        case .always: (outputIsColored, errorIsColored) = ({ true }, { true })
        case .never: (outputIsColored, errorIsColored) = ({ false }, { false })
        case .auto: (outputIsColored, errorIsColored) = (outputIsTerminal, errorIsTerminal)
        }
    }
}
