import ArgumentParser
import Foundation
import Logging
import Migration
import Operations
import StateStore

/// What most commands take.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Use the embedded EC2 and S3 of this machine, with its data under .ferry/sandbox.")
    var sandbox = false

    @Option(help: "The state file. Default: ferry.state.json, with --sandbox .ferry/sandbox/ferry.state.json.")
    var state: String?

    @Flag(name: .customLong("no-color"), help: "No colours.")
    var noColour = false

    @Flag(name: [.short, .long], help: "Log what is retried and why, to standard error.")
    var verbose = false

    /// The state's files.
    var stateFile: StateFile {
        StateFile(path: state ?? (sandbox ? EmbeddedSandbox.folder + "/ferry.state.json" : "ferry.state.json"))
    }

    /// Runs an operation with clients of AWS, or of the embedded sandbox.
    ///
    /// - Parameters:
    ///   - hasState: Whether the operation may read the state to find its staging buckets.
    ///   - logger: Logs retries.
    func withAWS<Result>(
        hasState: Bool = true,
        logger: Logger,
        _ body: (AWSSession) async throws -> Result
    ) async throws -> Result {
        let stateFile = stateFile
        let provider = Self.provider(sandbox: sandbox, logger: logger)
        return try await AWSSession.with(provider, recorded: { hasState ? try stateFile.read() : nil }, body)
    }

    /// The embedded sandbox, or AWS with the environment of this process.
    static func provider(sandbox: Bool, logger: Logger) -> any ServiceProvider {
        sandbox
            ? EmbeddedSandbox(logger: logger)
            : AWSProvider(variables: ProcessInfo.processInfo.environment, logger: logger)
    }

    /// The console for these options.
    func console() -> Console {
        Console(allowsColour: !noColour, environment: ProcessInfo.processInfo.environment)
    }
}
