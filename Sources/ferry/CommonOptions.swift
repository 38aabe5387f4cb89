import ArgumentParser
import Foundation
import Migration
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

    /// The state, which must be there.
    func recordedState() throws -> MigrationState {
        guard let state = try stateFile.read() else {
            throw ValidationError("\(stateFile.path): there is no state yet; ferry apply makes one")
        }
        return state
    }

    /// The console for these options.
    func console() -> Console {
        Console(allowsColour: !noColour, environment: ProcessInfo.processInfo.environment)
    }
}
