import ArgumentParser
import Execution
import Migration
import Operations
import Reports
import StateStore

/// `ferry plan`: says what would be done, and changes nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what would be imported, resumed, replaced and left alone."
    )

    @OptionGroup var options: PlanningOptions

    @OptionGroup var form: PlanFormatOptions

    @Option(help: ArgumentHelp("Save the plan; “ferry apply FILE” does exactly it.", valueName: "file"))
    var out: String?

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 if there are changes.")
    var hasDetailedExitCode = false

    func run() async throws {
        let console = options.common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: options.common.verbose)
            let choices = options.choices.planOptions
            let stateFile = options.common.stateFile
            let asks = choices.refresh != .none
            let plan = try await Access.with(options.common, logger: logger) { access in
                // Files, images and lists are long; none waits for what it can do without.
                async let state = stateFile.load()
                let files = await MigrationFiles.read(options.manifests)
                let recorded = files.hasErrors ? nil : try await state
                async let seen = asks && !files.hasErrors ? Self.lists(files, recorded, access) : nil
                let migrations = try await options.load(files, console: console, access: access, asks: asks)
                let desired = try await migrations.desiredImports(printer: options.printer(console))
                return try await options.plan(
                    migrations,
                    desired: desired,
                    recorded: recorded,
                    connection: asks ? try await access.connections(for: files.targets) : nil,
                    seen: try await seen,
                    choices: choices
                )
            }
            if let out { try PlanFile.write(plan, path: out) }
            form.print(plan, to: console)
            if hasDetailedExitCode, !plan.isEmpty { throw Outcome.changes }
        }
    }

    /// What EC2 lists: for that it need not be known what the images are.
    private static func lists(
        _ files: MigrationFiles,
        _ recorded: MigrationState?,
        _ access: Access
    ) async throws -> ObservedState {
        let connections = try await access.connections(for: files.targets)
        return try await StateRefresher(service: connections.service, staging: connections.staging).lists(recorded)
    }
}
