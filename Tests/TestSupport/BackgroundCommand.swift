import Foundation

/// A program that runs beside a test until it is stopped.
public final class BackgroundCommand: Sendable {
    private let process: Process
    private let folder: TemporaryDirectory

    /// Starts a program and returns once it has written `lines` lines to standard output.
    ///
    /// - Throws: ``Failure`` if it ends before, or takes longer than 30 seconds.
    public init(_ arguments: [String], in directory: String, lines: Int) async throws {
        folder = try TemporaryDirectory()
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        let path = folder.path("output")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
        try process.run()
        for _ in 0..<300 {
            if output.split(separator: "\n").count >= lines { return }
            guard process.isRunning else { throw Failure(description: "\(arguments) ended at once") }
            try await Task.sleep(for: .milliseconds(100))
        }
        kill(process.processIdentifier, SIGKILL)
        throw Failure(description: "\(arguments) wrote no \(lines) lines in 30 seconds")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What it has written to standard output so far.
    public var output: String {
        (try? String(contentsOfFile: folder.path("output"), encoding: .utf8)) ?? ""
    }

    /// Ends it with SIGKILL, as a crash would, and waits for its end.
    public func crash() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Sends it a signal.
    public func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Waits until it has ended.
    ///
    /// - Parameter seconds: The longest wait.
    /// - Returns: Its exit code.
    /// - Throws: ``Failure`` if it takes longer.
    public func end(within seconds: Int) async throws -> Int32 {
        for _ in 0..<(20 * seconds) {
            if !process.isRunning { return process.terminationStatus }
            try await Task.sleep(for: .milliseconds(50))
        }
        crash()
        throw Failure(description: "it did not end within \(seconds) s: \(output)")
    }

    /// Why a program could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }
}
