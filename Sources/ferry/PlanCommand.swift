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

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 if there are changes.")
    var hasDetailedExitCode = false

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() async throws {
        let console = options.common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: options.common.verbose)
            let migrations = try await options.load(console: console, logger: logger)
            let desired = try await migrations.desiredImports(printer: options.printer(console))
            let recorded = try options.common.stateFile.read()
            let plan = try await options.connected(migrations, logger: logger) { connection in
                try await options.plan(migrations, desired: desired, recorded: recorded, connection: connection)
            }
            if json {
                console.print(try JSONText.string(for: plan))
            } else {
                console.print(PlanText(plan, style: console.style).text)
            }
            if hasDetailedExitCode, !plan.isEmpty { throw Outcome.changes }
        }
    }
}
