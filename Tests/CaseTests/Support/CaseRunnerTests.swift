import Foundation
import TestSupport
import Testing

/// The runner itself, with a shell in the place of the program.
@Suite struct CaseRunnerTests {
    private func problems(_ text: String) throws -> [String] {
        let file = try CaseFile("case t\n" + text, name: "f")
        let runner = CaseRunner(binary: "/bin/sh", root: "/", hangLimit: .seconds(3))
        return try file.cases.flatMap { try runner.problems(of: $0).map(\.message) }
    }

    @Test(arguments: [
        "run -c \"exit 7\"\nexit 7\nstdout empty\nstderr empty",
        "run -c \"echo a; echo b; echo c >&2\"\nexit 0\nstdout a\nstdout b\nstderr c",
        "run -c \"echo a; echo b\"\nexit 0\nstdout ~ ^b$\nstdout !~ ^c$",
        "run -c \"echo $A $B\"\nenv A={dir}\nenv B=b\nexit 0\nstdout {dir} b",
        "run -c \"cat; cat {dir}/f\"\nstdin\n  in\nfile f\n  out\nexit 0\nstdout in\nstdout out",
        "run -c \"echo {x*3}\"\nexit 0\nstdout xxx",
        "run -c \"trap '' PIPE; echo x || exit 9\"\nclosed-stdout\nexit 9\nstderr ~ .",
        "run -c \"echo x || exit 9\"\nno-stdout\nexit 9",
        "run -c \"echo x || exit 9\"\nfull-disk\nexit 9",
        "run -c \"trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done\"\n"
            + "signal TERM when stdout ready\nexit 9",
    ])
    func whatIsAsExpectedIsNoProblem(_ text: String) throws {
        #expect(try problems(text) == [])
    }

    @Test(arguments: [
        ("run -c \"exit 7\"\nexit 3", "exit 7, not exit 3"),
        ("run -c \"kill -TERM $$\"\nexit 143", "killed by signal 15, not exit 143"),
        ("run -c \"echo a\"\nexit 0\nstdout empty", "stdout is not empty"),
        ("run -c \"echo a; echo b\"\nexit 0\nstdout a", "stdout differs"),
        ("run -c \"printf a\"\nexit 0\nstdout a", "stdout differs"),
        ("run -c \"echo a >&2\"\nexit 0\nstderr ~ b", "stderr does not match b"),
        ("run -c \"echo a\"\nexit 0\nstdout !~ a", "stdout matches a"),
        ("run -c \"printf '\\\\033[2J'\"\nexit 0", "control character"),
        ("run -c \"printf '\\\\342\\\\200\\\\256'\"\nexit 0", "control character"),
        ("run -c \"exec sleep 60\"\nexit 0", "still running"),
        ("run -c \"echo a\"\nfull-stdout\nexit 0", "still running"),
        ("run -c \"\"\nexit 0\ngrpc 0", "no JSON"),
        ("run -c \"echo a\"\nsignal INT when stdout b\nexit 0", "did not come"),
        ("peer\n  silence\nrun -c \"\"\nexit 0\nconnections 1", "0 connections, not 1"),
        ("peer\n  silence\nrun -c \"\"\nexit 0\npolite", "no connection"),
        ("peer\n  silence\nrun -c \"\"\nexit 0\nrequest te trailers", "no request"),
    ])
    func whatIsNotAsExpectedIsTold(_ text: String, _ message: String) throws {
        let problems = try problems(text)
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test(arguments: [
        ("a 1", true), ("a 2", false), ("b.c x y", true), ("b.d true", true), ("b.e absent", true),
        ("b.d absent", false), ("@2 a 3", true), ("@3 a 3", false), ("f null", true),
        ("g 1.5", true),
    ])
    func aReportIsLookedInto(_ expectation: String, _ isMet: Bool) throws {
        // The shell is run twice: only the second time with -output json.
        let problems = try problems(
            """
            file report
              {"a":1,"b":{"c":"x y","d":true},"f":null,"g":1.5}
              {"a":3}
            run -c "[ -z $1 ] || cat {dir}/report" sh
            exit 0
            stdout empty
            json \(expectation)
            """)
        #expect(problems.isEmpty == isMet, "\(problems)")
    }

    @Test func aRealServerIsTalkedTo() throws {
        let server =
            "echo noise; echo listening h:1; while read a b; do echo $b >> {dir}/log; echo ok; done"
        let text = """
            server sh -c "\(server)"
            send set one
            send set two
            run -c "cat {dir}/log; echo {server} {server.port}"
            exit 0
            stdout one
            stdout two
            stdout h:1 1
            """
        #expect(try problems(text) == [])
    }

    @Test func aServerThatDoesNotStartIsTold() throws {
        #expect(throws: ServerProgram.Failure.self) {
            try problems("server sh -c \"echo broken >&2; exit 1\"\nrun -c \"\"\nexit 0")
        }
    }
}
