import ArgumentParser
import Migration
import Reports

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
                // Both are long; neither waits for the other.
                async let state = stateFile.load()
                let migrations = try await options.load(console: console, logger: logger, access: access, asks: asks)
                let desired = try await migrations.desiredImports(printer: options.printer(console))
                return try await options.plan(
                    migrations,
                    desired: desired,
                    recorded: try await state,
                    connection: asks ? try await access.connections(for: migrations.targets) : nil,
                    choices: choices
                )
            }
            if let out { try PlanFile.write(plan, path: out) }
            form.print(plan, to: console)
            if hasDetailedExitCode, !plan.isEmpty { throw Outcome.changes }
        }
    }
}
