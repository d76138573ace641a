import Foundation
import Network
import TestSupport
import Testing

/// Clocks, files, standard streams: what the process has from its system.
@Suite struct ProcessTests {
    @Test func `the clocks tell the time`() {
        let before = Clock.now()
        #expect(before <= Clock.now())
        let date = Double(Clock.wallTime()) / 1e9
        #expect(abs(date - Date().timeIntervalSince1970) < 3_600)
    }

    @Test func `libraries say what they are`() {
        #expect(aresVersion.hasPrefix("c-ares 1."))
    }

    // MARK: Files

    @Test func `files are read up to their limit`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/file"
        for size in [0, 1, 4_096, 65_535, 65_536] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            try Data(bytes).write(to: URL(filePath: path))
            #expect(
                ProcessContext.contents(ofFile: path, limit: 65_536, until: nil) == .bytes(bytes))
        }
        try Data(count: 65_537).write(to: URL(filePath: path))
        #expect(ProcessContext.contents(ofFile: path, limit: 65_536, until: nil) == .tooLarge)
        #expect(
            ProcessContext.contents(ofFile: directory + "/none", limit: 65_536, until: nil)
                == .unreadable(reason: "no such file or directory"))
        #expect(
            ProcessContext.contents(ofFile: directory, limit: 65_536, until: nil)
                == .unreadable(reason: "is a directory"))
    }

    @Test func `a pipe that nobody writes to is waited for as long as there is time`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(mkfifo(directory + "/fifo", 0o600) == 0)
        let deadline = Clock.now().advanced(by: .milliseconds(20))
        #expect(
            ProcessContext.contents(ofFile: directory + "/fifo", limit: 65_536, until: deadline)
                == .late)
    }

    @Test func `a pipe is read to its end, whenever its writer comes`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        Thread { try? Data(bytes).write(to: URL(filePath: path)) }.start()
        #expect(
            ProcessContext.contents(ofFile: path, limit: 1_000_000, until: nil) == .bytes(bytes))
    }

    @Test func `an inherited pipe whose writer has gone is at its end`() throws {
        let (reading, writing) = pipePair()
        defer { close(reading) }
        #expect(write(writing, "abc", 3) == 3)
        close(writing)
        let path = "/dev/fd/\(reading)"
        let contents = { ProcessContext.contents(ofFile: path, limit: 65_536, until: nil) }
        #expect(contents() == .bytes(Array("abc".utf8)))
        #expect(contents() == .bytes([]))
    }

    // MARK: Standard streams

    @Test func `everything is written to a reader that reads`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessContext.handleSignals()
            let (reading, writing) = pipePair()
            let text = String(repeating: "0123456789", count: 30_000)
            let thread = Thread {
                let stream = TextStream(descriptor: writing)
                stream.append(text)
                stream.finish(patience: .seconds(20))
                close(writing)
            }
            thread.start()
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1_000)
            while true {
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { break }
                received += buffer[..<count]
            }
            exit(received == Array(text.utf8) ? 0 : 1)
        }
    }

    @Test func `a reader that is gone is told`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessContext.handleSignals()
            let (reading, writing) = pipePair()
            close(reading)
            let stream = TextStream(descriptor: writing)
            stream.append("text")
            stream.finish(patience: .seconds(20))
            stream.append("text")
            exit(stream.state == .abandoned && stream.count == 0 ? 0 : 1)
        }
    }

    @Test func `a pipe is no terminal`() {
        let (reading, writing) = pipePair()
        defer { _ = [reading, writing].map { close($0) } }
        #expect(!TextStream(descriptor: writing).isTerminal)
    }

    @Test func `standard streams that are closed are opened`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            close(STDIN_FILENO)
            close(STDOUT_FILENO)
            ProcessContext.openMissingStreams()
            let (reading, writing) = pipePair()
            exit(reading > 2 && writing > 2 && write(STDOUT_FILENO, "x", 1) == 1 ? 0 : 1)
        }
    }

    // MARK: The end

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends the process with its number`(number: Int32) async {
        if number == SIGINT {
            await #expect(processExitsWith: .exitCode(128 + SIGINT)) {
                ProcessContext.handleSignals()
                raiseHere(SIGINT)
            }
        } else {
            await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
                ProcessContext.handleSignals()
                raiseHere(SIGTERM)
            }
        }
    }

    @Test func `a signal that was ignored stays ignored`() async {
        await #expect(processExitsWith: .exitCode(7)) {
            signal(SIGINT, SIG_IGN)
            ProcessContext.handleSignals()
            raiseHere(SIGINT)
            ProcessContext.exit(7)
        }
    }
}

private func pipePair() -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    return (ends[0], ends[1])
}

/// `raise`, in a thread that may have been started with all signals blocked.
private func raiseHere(_ number: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
}
