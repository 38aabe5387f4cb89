import Foundation

/// A program run to its end, with what it printed.
public struct Command: Sendable {
    /// The exit code; 128 and the signal's number added if a signal ended it, as a shell reports it.
    public let exitCode: Int32
    /// Everything it wrote to standard output.
    public let output: String
    /// Everything it wrote to standard error.
    public let errorOutput: String

    /// Runs a program found by `PATH` (or named by a path) and waits for its end.
    ///
    /// - Parameters:
    ///   - arguments: The program's name and its arguments.
    ///   - directory: The folder it runs in; the test's own by default.
    ///   - environment: What is added to the test's environment.
    public static func run(
        _ arguments: [String],
        in directory: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        // Files, not pipes: nobody has to drain them while the program runs.
        let folder = try TemporaryDirectory()
        let output = folder.path("output")
        let errorOutput = folder.path("error")
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        _ = FileManager.default.createFile(atPath: errorOutput, contents: nil)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errorOutput))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
        return Command(
            exitCode: signal + process.terminationStatus,
            output: String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self),
            errorOutput: String(decoding: try Data(contentsOf: URL(filePath: errorOutput)), as: UTF8.self)
        )
    }
}
