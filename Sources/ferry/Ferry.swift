import ArgumentParser

/// The program: moves fleets of disk images into Amazon EBS.
@main
struct Ferry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ferry",
        abstract: "Moves fleets of disk images into Amazon EBS.",
        discussion: """
            Images and their zones stand in migration manifests. “ferry plan” says what would be imported, “ferry apply” \
            does it. With --sandbox both work on this machine alone.

            Exit codes: 0 done, 1 error, 2 changes (plan --detailed-exitcode), 3 some imports failed, 4 the saved plan is \
            stale, 5 the state is in use, 64 usage, 130 interrupted.
            """,
        version: version,
        subcommands: [
            PlanCommand.self, ShowCommand.self, ApplyCommand.self, StatusCommand.self, ValidateCommand.self,
            LockCommand.self,
            ExplainCommand.self, SchemaCommand.self, StateCommand.self, InspectCommand.self, ConvertCommand.self,
            SandboxCommand.self,
        ]
    )

    /// The version of the program.
    static let version = "0.1.0"
}
