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
            // Both are long; neither waits for the other.
            let stateFile = options.common.stateFile
            async let state = stateFile.load()
            let migrations = try await options.load(console: console, logger: logger, asks: choices.refresh != .none)
            let desired = try await migrations.desiredImports(printer: options.printer(console))
            let recorded = try await state
            let plan: Plan
            if choices.refresh == .none {
                plan = try await options.plan(
                    migrations,
                    desired: desired,
                    recorded: recorded,
                    connection: nil,
                    choices: choices
                )
            } else {
                plan = try await options.connected(migrations, logger: logger) { connection in
                    try await options.plan(
                        migrations,
                        desired: desired,
                        recorded: recorded,
                        connection: connection,
                        choices: choices
                    )
                }
            }
            if let out { try PlanFile.write(plan, path: out) }
            form.print(plan, to: console)
            if hasDetailedExitCode, !plan.isEmpty { throw Outcome.changes }
        }
    }
}
