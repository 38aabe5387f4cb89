import ArgumentParser
import Foundation
import Logging
import Migration

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

    /// The state, which must be there.
    func recordedState() throws -> MigrationState {
        guard let state = try stateFile.read() else {
            throw ValidationError("\(stateFile.path): there is no state yet; ferry apply makes one")
        }
        return state
    }

    /// The zones that an identity has in its region, as AWS or the sandbox says.
    func zones(of identity: TargetIdentity, logger: Logger) async throws -> [KnownZone] {
        if sandbox { return EmbeddedSandbox.zones(of: identity.region) }
        let connection = try Connection(identity, logger: logger)
        defer { connection.close() }
        return try await connection.zones()
    }

    /// Connects to AWS, or to the sandbox, and runs `body`.
    ///
    /// - Parameters:
    ///   - migrations: The migration manifests.
    ///   - recorded: Gives the state, whose buckets and tasks may be others than those of the manifests; by default it is
    ///     read.
    ///   - logger: Where retries are logged.
    ///   - body: What is done.
    func connected<Result>(
        _ migrations: Migrations,
        recorded: (() throws -> MigrationState?)? = nil,
        logger: Logger,
        _ body: (Connections) async throws -> Result
    ) async throws -> Result {
        let recorded = recorded ?? { try stateFile.read() }
        if sandbox {
            return try await EmbeddedSandbox.with(migrations, recorded: recorded, logger: logger, body)
        }
        let connections = try Connections(migrations.targets, recorded: recorded) { identity in
            try Connection(identity, logger: logger)
        }
        defer { connections.close() }
        return try await body(connections)
    }

    /// The console for these options.
    func console() -> Console {
        Console(allowsColour: !noColour, environment: ProcessInfo.processInfo.environment)
    }
}
