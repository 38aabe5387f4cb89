public import SystemPackage

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
    ///   - standardOutput: Where it writes its standard output, instead of ``output``.
    public static func run(
        _ arguments: [String],
        in directory: String? = nil,
        environment: [String: String] = [:],
        standardOutput: FileDescriptor? = nil
    ) async throws -> Command {
        let command = try await BackgroundCommand(
            arguments,
            in: directory,
            environment: environment,
            standardOutput: standardOutput
        )
        let exitCode = try await command.end()
        return Command(exitCode: exitCode, output: command.output, errorOutput: command.errorOutput)
    }
}
