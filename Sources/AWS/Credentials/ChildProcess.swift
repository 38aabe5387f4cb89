import Foundation

/// Runs a program to its end and takes what it prints, within bounds of time and space.
package enum ChildProcess {
    /// What came of a program.
    package struct Output: Sendable {
        /// 128 and the signal's number added if a signal ended it, as a shell reports it.
        package var exitCode: Int32
        /// What it wrote to standard output.
        package var bytes: [UInt8]
        /// What it wrote to standard error, or the beginning of it.
        package var error: [UInt8]
    }

    /// Why there is nothing.
    package enum Failure: Error {
        case notStarted, timedOut, tooLong
    }

    /// The most bytes of standard error that are kept; the rest is read and dropped.
    private static let longestError = 64 << 10

    /// Runs a program without an input. It has a thread that waits for it: nothing here blocks the cooperative pool.
    ///
    /// - Parameters:
    ///   - arguments: The program's path and its arguments.
    ///   - limit: The most bytes of standard output.
    ///   - timeout: How long it may take, in seconds; then it is killed.
    package static func run(_ arguments: [String], upTo limit: Int, timeout: Int) async throws(Failure) -> Output {
        let result: Result<Output, Failure> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: wait(for: arguments, upTo: limit, timeout: timeout))
            }
        }
        return try result.get()
    }

    private static func wait(for arguments: [String], upTo limit: Int, timeout: Int) -> Result<Output, Failure> {
        guard let output = Pipe(), let error = Pipe(), let child = spawn(arguments, output, error) else {
            return .failure(.notStarted)
        }
        output.closeWriting()
        error.closeWriting()
        var streams = [
            Stream(descriptor: output.reading, limit: limit, isCut: false),
            Stream(descriptor: error.reading, limit: longestError, isCut: true),
        ]
        let deadline = ContinuousClock.now + .seconds(timeout)
        if let failure = drain(&streams, until: deadline) {
            end(child)
            return .failure(failure)
        }
        // It may have closed its output and stay.
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else {
                end(child)
                return .failure(.timedOut)
            }
            Thread.sleep(forTimeInterval: 0.005)
        }
        let signal = status & 0x7F
        let exitCode = signal == 0 ? status >> 8 & 0xFF : 128 + signal
        return .success(Output(exitCode: exitCode, bytes: streams[0].bytes, error: streams[1].bytes))
    }

    /// Starts the program. Not with Foundation's `Process`: its `waitUntilExit` can miss the end of a program that a
    /// thread without a run loop of its own waits for, and then waits for ever.
    private static func spawn(_ arguments: [String], _ output: Pipe, _ error: Pipe) -> pid_t? {
        guard let path = arguments.first else { return nil }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error.writing, STDERR_FILENO)
        // Signals that ferry blocks or ignores for itself are not the program's business.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var child: pid_t = 0
        return posix_spawn(&child, path, &actions, &attributes, words, environ) == 0 ? child : nil
    }

    private static func end(_ child: pid_t) {
        kill(child, SIGKILL)
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
    }

    /// A pipe that no other program inherits.
    private final class Pipe {
        let reading: Int32
        private(set) var writing: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            (reading, writing) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }

        deinit {
            close(reading)
            closeWriting()
        }

        func closeWriting() {
            if writing >= 0 { close(writing) }
            writing = -1
        }
    }

    /// One of the program's outputs.
    private struct Stream {
        let descriptor: Int32
        let limit: Int
        /// Whether what is too much is dropped, and not an error.
        let isCut: Bool
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    /// Reads until all streams have ended.
    private static func drain(_ streams: inout [Stream], until deadline: ContinuousClock.Instant) -> Failure? {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while !streams.allSatisfy(\.hasEnded) {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return .timedOut }
            // poll(2) leaves out descriptors below zero.
            var polled = streams.map { pollfd(fd: $0.hasEnded ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0) }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            guard poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds + 1)) > 0 else { continue }
            for (index, entry) in polled.enumerated() where entry.revents != 0 {
                let count = read(entry.fd, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    streams[index].hasEnded = true
                    continue
                }
                let kept = min(count, streams[index].limit - streams[index].bytes.count)
                guard kept == count || streams[index].isCut else { return .tooLong }
                streams[index].bytes += chunk[..<kept]
            }
        }
        return nil
    }
}
