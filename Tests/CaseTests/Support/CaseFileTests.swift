import TestSupport
import Testing

@Suite struct CaseFileTests {
    @Test func aTableIsACaseForEachRow() throws {
        let file = try CaseFile(
            """
            # Before the first case: for all.
            env A={N}
            exit 3

            case numbers {N}
            each N TEXT
              1 one and all
              "a b" two
              # no row
            run {N} {TEXT}
            case another
            run x
            exit 0
            """, name: "f")
        #expect(file.cases.map(\.title) == ["numbers 1", "numbers \"a b\"", "another"])
        #expect(
            file.cases.map(\.arguments) == [["1", "one", "and", "all"], ["a b", "two"], ["x"]])
        #expect(file.cases.map(\.environment) == [["A": "1"], ["A": "a b"], ["A": "{N}"]])
        #expect(file.cases.map(\.exitCodes) == [[3], [3], [0]])
    }

    @Test func aTitleWithoutTheRowGetsIt() throws {
        let file = try CaseFile("case t\neach N\n  two words\nrun x\nexit 0", name: "f")
        #expect(file.cases.map(\.title) == ["t (two words)"])
    }

    @Test func aBlockKeepsItsOwnShape() throws {
        let file = try CaseFile(
            "case t\nfile a\n  one\n    two\n\n  # three\n\nstdin\n  in\nrun x\nexit 0", name: "f")
        #expect(file.cases.first?.files.first?.content == "one\n  two\n\n# three\n")
        #expect(file.cases.first?.input == "in\n")
    }

    @Test(arguments: [
        ("case t\nrun x", 1, "no exit code"), ("case t\nexit 0", 1, "nothing is run"),
        ("case t\nrun x\nexit 0\nstdou empty", 4, "unknown word"),
        ("case t\npeer\n  await request\n  servin\nrun x\nexit 0", 4, "unknown step"),
        ("case t\neach A B\n  1\nrun x\nexit 0", 3, "row"),
        ("case t\npeer on mars\nrun x\nexit 0", 2, "ipv6"),
        ("case t\nsignal NONE\nrun x\nexit 0", 2, "signal"),
        ("case t\nsignal TERM when tired\nrun x\nexit 0", 2, "when request"),
        ("case t\nrun x\nexit 0\nsent flowers", 4, "missing"),
    ])
    func mistakesAreTold(_ text: String, _ line: Int, _ reason: String) {
        let error = #expect(throws: ScriptError.self) { try CaseFile(text, name: "f") }
        #expect(error?.line == line)
        #expect(error?.reason.contains(reason) == true)
    }
}

extension Case {
    fileprivate var exitCodes: [Int32] {
        expectations.compactMap { if case .exit(let code) = $0.kind { code } else { nil } }
    }
}
