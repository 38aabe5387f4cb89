import Glibc
import Subprocess
import Synchronization
public import SystemPackage

/// A program that runs beside a test until it ends or is stopped.
///
/// It is started by swift-subprocess: Foundation's `Process` can read past a mapped page while it starts a program, and can
/// miss the end of one.
public final class BackgroundCommand: Sendable {
    /// The files that take what the program writes, and the folder they are in.
    private let folder: TemporaryDirectory
    private let id: pid_t
    private let run: Task<Int32, any Error>
    /// The exit code, once the program has ended and its process id may name another one.
    private let exitCode: SharedExitCode

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program's name, looked up in `PATH`, or its path, and its arguments.
    ///   - directory: The folder it runs in; the test's own by default.
    ///   - environment: What is added to the test's environment.
    ///   - standardOutput: Where it writes its standard output; a file that ``output`` reads by default.
    ///   - lines: How many lines it must have written to standard output before this returns.
    /// - Throws: ``Failure`` if it ends before it has written them, or takes longer than 30 seconds.
    public init(
        _ arguments: [String],
        in directory: String? = nil,
        environment: [String: String] = [:],
        standardOutput: FileDescriptor? = nil,
        lines: Int = 0
    ) async throws {
        let folder = try TemporaryDirectory()
        let output = try standardOutput ?? Self.file(folder.path("output"))
        let errorOutput = try Self.file(folder.path("error"))
        let (started, start) = AsyncStream.makeStream(of: pid_t.self)
        let exitCode = SharedExitCode()
        let variables = environment.map { (Environment.Key(stringLiteral: $0), Optional($1)) }
        let run = Task {
            defer { start.finish() }
            let result = try await Subprocess.run(
                .path("/usr/bin/env"),
                arguments: Arguments(arguments),
                environment: .inherit.updating(Dictionary(variables) { $1 }),
                workingDirectory: directory.map { FilePath($0) },
                input: .none,
                output: .fileDescriptor(output, closeAfterSpawningProcess: standardOutput == nil),
                error: .fileDescriptor(errorOutput, closeAfterSpawningProcess: true)
            ) { execution in
                start.yield(execution.processIdentifier.value)
                start.finish()
            }
            let code = Self.exitCode(result.terminationStatus)
            exitCode.set(code)
            return code
        }
        guard let id = await started.first(where: { _ in true }) else {
            _ = try await run.value
            throw Failure(description: "\(arguments) did not start")
        }
        (self.folder, self.id, self.run, self.exitCode) = (folder, id, run, exitCode)
        try await wait(for: lines, of: arguments)
    }

    deinit {
        send(SIGKILL)
    }

    private func wait(for lines: Int, of arguments: [String]) async throws {
        for _ in 0..<600 {
            if self.output.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= lines { return }
            guard isRunning else { throw Failure(description: "\(arguments) ended at once: \(errorOutput)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        crash()
        throw Failure(description: "\(arguments) wrote no \(lines) lines in 30 seconds")
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { exitCode.value == nil }

    /// What it has written to standard output so far.
    public var output: String { folder.text("output") }

    /// What it has written to standard error so far.
    public var errorOutput: String { folder.text("error") }

    /// Ends it with SIGKILL, as a crash would, and waits for its end.
    public func crash() {
        send(SIGKILL)
        // Not by waiting for the task: the thread that would run it may be this one. The process stays to be reaped.
        var information = siginfo_t()
        while isRunning, waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// Sends it a signal, unless it has ended.
    public func send(_ signal: Int32) {
        if isRunning { kill(id, signal) }
    }

    /// Waits until it has ended.
    ///
    /// - Returns: Its exit code; 128 and the signal's number added if a signal ended it, as a shell reports it.
    public func end() async throws -> Int32 {
        try await run.value
    }

    /// Waits until it has ended.
    ///
    /// - Parameter seconds: The longest wait.
    /// - Returns: Its exit code; 128 and the signal's number added if a signal ended it, as a shell reports it.
    /// - Throws: ``Failure`` if it takes longer.
    public func end(within seconds: Int) async throws -> Int32 {
        for _ in 0..<(20 * seconds) {
            if let code = exitCode.value { return code }
            try await Task.sleep(for: .milliseconds(50))
        }
        crash()
        throw Failure(description: "it did not end within \(seconds) s: \(output)")
    }

    private static func file(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(path, .writeOnly, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
    }

    private static func exitCode(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    /// The exit code, for the task that learns it and those that ask.
    private final class SharedExitCode: Sendable {
        private let code = Mutex<Int32?>(nil)

        var value: Int32? { code.withLock { $0 } }

        func set(_ value: Int32) { code.withLock { $0 = value } }
    }

    /// Why a program could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }
}
