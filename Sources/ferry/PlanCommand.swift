import ArgumentParser
import Migration
import Operations

/// `ferry plan`: prints the plan and changes nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what would be imported, resumed, replaced and left alone."
    )

    @OptionGroup var options: PlanningOptions

    @OptionGroup var form: PlanFormatOptions

    @Option(help: ArgumentHelp("Save the plan; “ferry apply FILE” does exactly it.", valueName: "file"))
    var out: String?

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 if there are changes or drift.")
    var hasDetailedExitCode = false

    func run() async throws {
        let console = options.common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: options.common.verbose)
            let (plan, credentials) = try await options.common.withAWS(logger: logger) { aws in
                let operation = PlanOperation(
                    manifests: options.manifests,
                    options: options.choices.planOptions,
                    stateFile: options.common.stateFile,
                    aws: aws,
                    knowsZones: options.common.sandbox
                )
                let plan = try await operation.run(report: options.diagnostics.handler(console))
                return (plan, await aws.credentialsInUse)
            }
            if let out { try await PlanFile.write(plan, path: out) }
            form.print(plan, credentials: credentials, to: console)
            if hasDetailedExitCode, !plan.isEmpty || plan.hasDrift { throw Outcome.changes }
        }
    }
}
