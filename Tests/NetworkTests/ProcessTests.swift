import Foundation
import Network
import ProbeCore
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
            #expect(ProcessContext.contents(ofFile: path, limit: 65_536) == .bytes(bytes))
        }
        try Data(count: 65_537).write(to: URL(filePath: path))
        #expect(ProcessContext.contents(ofFile: path, limit: 65_536) == .tooLarge)
        #expect(
            ProcessContext.contents(ofFile: directory + "/none", limit: 65_536)
                == .unreadable(reason: "no such file or directory"))
        #expect(
            ProcessContext.contents(ofFile: directory, limit: 65_536)
                == .unreadable(reason: "is a directory"))
    }

    @Test func `a pipe that nobody writes to does not hold the program up`() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(mkfifo(directory + "/fifo", 0o600) == 0)
        #expect(ProcessContext.contents(ofFile: directory + "/fifo", limit: 65_536) == .bytes([]))
    }

    // MARK: Standard streams

    @Test func `everything is written to a reader that reads`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let (reading, writing) = pipePair()
            dup2(writing, STDOUT_FILENO)
            close(writing)
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 253) }
            let thread = Thread {
                StandardStream.output.write(bytes, patience: .seconds(20))
                close(STDOUT_FILENO)
            }
            thread.start()
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1_000)
            while true {
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { break }
                received += buffer[..<count]
            }
            exit(received == bytes ? 0 : 1)
        }
    }

    @Test func `a reader that stands still loses the rest`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let (reading, writing) = pipePair()
            dup2(writing, STDERR_FILENO)
            close(writing)
            let bytes = [UInt8](repeating: 7, count: 10_000_000)
            StandardStream.error.write(bytes, patience: .milliseconds(1))
            close(STDERR_FILENO)
            var buffer = [UInt8](repeating: 0, count: bytes.count)
            exit(read(reading, &buffer, buffer.count) > 0 ? 0 : 1)
        }
    }

    @Test func `a reader that is gone is no trouble`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessContext.handleSignals()
            let (reading, writing) = pipePair()
            dup2(writing, STDOUT_FILENO)
            close(reading)
            StandardStream.output.write([1, 2, 3], patience: .seconds(20))
            close(STDOUT_FILENO)
            StandardStream.output.write([1, 2, 3], patience: .seconds(20))
            exit(0)
        }
    }

    @Test func `a pipe is no terminal`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let (_, writing) = pipePair()
            dup2(writing, STDOUT_FILENO)
            exit(StandardStream.output.isTerminal ? 1 : 0)
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
