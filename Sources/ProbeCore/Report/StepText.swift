package enum StepText { package static func line(_ step: Step, target: String, elapsed: Duration) -> String { "" } }
