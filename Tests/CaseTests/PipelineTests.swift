import Foundation
import TestSupport
import Testing

/// The program between others, as a shell puts it: readers that are slow or leave, files that are
/// pipes, results in a file.
@Suite struct PipelineTests {
    /// What a script of bash leaves behind; in it `$probe` is the program, `$server` the address of
    /// a server that knows shop.Cart, and `$dir` a directory.
    private static func run(
        _ script: String, files: [String: String] = [:]
    ) throws -> (output: String, errors: String, directory: [String: String]) {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, text) in files {
            try text.write(toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
        }
        let server = try ServerProgram(
            [Workplace.builtProgram("health-demo-server"), "--listen", "127.0.0.1:0"],
            in: Workplace.root.path)
        var plan = ChildProcess.Plan(program: "/bin/bash", arguments: ["-c", script])
        plan.environment = [
            "PATH": "/usr/bin:/bin", "probe": Workplace.binary, "server": server.address,
            "dir": directory,
        ]
        let process = try ChildProcess(plan)
        #expect(process.finish(within: .seconds(30)) != .hung, "\(script)")
        var left: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            left[name] = try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
        }
        return (
            String(decoding: process.output, as: UTF8.self),
            String(decoding: process.errors, as: UTF8.self), left
        )
    }

    private func run(
        _ script: String, files: [String: String] = [:]
    ) async throws -> (output: String, errors: String, directory: [String: String]) {
        try await inThread { Result { try Self.run(script, files: files) } }.get()
    }

    // MARK: - Readers

    @Test(arguments: ["text", "json"])
    func `a reader that pauses gets everything`(format: String) async throws {
        let result = try await run(
            """
            for number in {1..3000}; do echo "$server service-with-a-name-$number"; done |
            "$probe" -targets - -output \(format) 2>/dev/null | { sleep 0.3; wc -l; }
            echo "${PIPESTATUS[1]}"
            """)
        #expect(result.output == "3000\n3\n")
    }

    @Test func `a watch ends as soon as nobody reads it`() async throws {
        let result = try await run(
            "\"$probe\" -addr $server -watch | head -1 | cut -c 30-36; echo ${PIPESTATUS[0]}")
        #expect(result.output == "SERVING\n0\n")
        #expect(result.errors.contains("watched 127.0.0.1:"))
    }

    // MARK: - Files that are pipes

    @Test(arguments: [
        #""$probe" -targets <(sleep 0.1; echo "$server")"#,
        #"(sleep 0.1; echo "$server") | "$probe" -targets -"#,
        #"mkfifo $dir/f; (sleep 0.1; echo "$server" >$dir/f) & "$probe" -targets $dir/f"#,
        #""$probe" -addr $server -rpc-header @<(sleep 0.1; echo "a: b")"#,
        #"printf '\xEF\xBB\xBF%s\n' $server | "$probe" -targets -"#,
        #"printf '\xEF\xBB\xBFa: b\n' | "$probe" -addr $server -rpc-header @-"#,
    ])
    func `a pipe is read to its end, whatever it begins with`(script: String) async throws {
        let result = try await run(script + "; echo $?")
        #expect(result.output == "status: SERVING\n0\n")
        #expect(result.errors.isEmpty)
    }

    @Test(arguments: [
        #""$probe" -targets - -timeout 100ms <&9"#,
        #""$probe" -timeout 100ms -targets "$dir/f""#,
        #"SWIFT_HEALTH_PROBE_TIMEOUT=100ms "$probe" -targets /dev/fd/9"#,
        #""$probe" -addr $server -rpc-header "@$dir/f" -timeout 100ms"#,
        #""$probe" -addr $server -tls -tls-ca-cert "$dir/f" -timeout 100ms"#,
    ])
    func `a pipe is not waited for beyond the time limit`(script: String) async throws {
        let result = try await run(
            "mkfifo \"$dir/f\"; exec 9<>\"$dir/f\"; " + script + " 2>&1; echo $?")
        #expect(result.output.hasSuffix(" did not end within -timeout\n1\n"))
    }

    /// /dev/null stands in for it, which would read as an empty file.
    @Test(arguments: ["-targets -", "-targets /dev/stdin", "-addr $server -rpc-header @-"])
    func `a closed standard input is called closed`(arguments: String) async throws {
        let result = try await run("\"$probe\" \(arguments) <&- 2>&1; echo $?")
        #expect(result.output.hasSuffix(": it is closed\n1\n"))
    }

    @Test(arguments: [
        #""$probe" -addr $server -service $'shop.\xff'"#,
        #"SWIFT_HEALTH_PROBE_SERVICE=$'shop.\xff' "$probe" -addr $server"#,
        #"echo $server $'shop.\xff' | "$probe" -targets -"#,
    ])
    func `a service name that is not UTF-8 is refused`(script: String) async throws {
        let result = try await run(script + "; echo $?")
        #expect(result.output == "1\n")
        #expect(result.errors.hasSuffix(": the service name is not UTF-8\n"))
    }

    // MARK: - -output-file

    @Test func `results take the place of a file, with its mode`() async throws {
        let result = try await run(
            """
            chmod 600 "$dir/results"
            "$probe" -addr $server -output-file "$dir/results"; echo $?
            stat -c %a "$dir/results"
            umask 077; "$probe" -addr $server -output-file "$dir/new"; echo $?
            stat -c %a "$dir/new"
            """, files: ["results": "before\n"])
        #expect(result.output == "0\n600\n0\n644\n")
        #expect(result.errors.isEmpty)
        #expect(
            result.directory == ["results": "status: SERVING\n", "new": "status: SERVING\n"])
    }

    @Test func `results take the place of what a symbolic link leads to`() async throws {
        let result = try await run(
            """
            ln -s results "$dir/link"
            "$probe" -addr $server -output-file "$dir/link"; echo $?
            readlink "$dir/link"
            ls -A "$dir" | wc -l
            cat "$dir/results"
            rm "$dir/link"
            """, files: ["results": "before\n"])
        #expect(result.output == "0\nresults\n2\nstatus: SERVING\n")
        #expect(result.errors.isEmpty)
    }

    @Test func `a run that is cut off leaves the file as it was`() async throws {
        let result = try await run(
            """
            exec 3< <(exec "$probe" -addr 127.0.0.1:1 -wait 20s -v \
                -output-file "$dir/results" 2>&1)
            probe=$!
            read -r step <&3
            ls -A "$dir" | wc -l
            kill -TERM $probe
            wait $probe
            echo $?
            """, files: ["results": "before\n"])
        #expect(result.output == "2\n143\n")
        #expect(result.directory == ["results": "before\n"])
    }

    @Test func `a file that may grow no more is an error and stays as it was`() async throws {
        let result = try await run(
            """
            for number in {1..3000}; do echo "$server service-$number"; done >"$dir/targets"
            ulimit -f 1
            "$probe" -targets "$dir/targets" -output-file "$dir/results" 2>&1 | tail -1
            ls -A "$dir" | wc -l
            rm "$dir/targets"
            """, files: ["results": "before\n"])
        #expect(result.output.contains("/results: file too large; the file is unchanged\n2\n"))
        #expect(result.directory == ["results": "before\n"])
    }

    @Test func `a full disk leaves the file as it was`() async throws {
        let result = try await run(
            """
            for number in {1..3000}; do echo "$server service-$number"; done >"$dir/targets"
            ulimit -f 1
            trap '' XFSZ
            "$probe" -targets "$dir/targets" -output-file "$dir/results" 2>&1 | tail -1
            rm "$dir/targets"
            """, files: ["results": "before\n"])
        #expect(result.output.hasSuffix("/results: file too large; the file is unchanged\n"))
        #expect(result.directory == ["results": "before\n"])
    }
}
