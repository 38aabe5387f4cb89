import ArgumentParser
import Glibc

/// The program: moves fleets of disk images into Amazon EBS.
@main
struct Ferry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ferry",
        abstract: "Moves fleets of disk images into Amazon EBS.",
        discussion: """
            Images and their zones stand in migration manifests. “ferry plan” says what would be imported, “ferry apply” \
            does it. With --sandbox both work on this machine alone.

            Exit codes: 0 done, 1 error, 2 changes or drift (plan --detailed-exitcode), 3 some imports failed or drifted, \
            4 the saved plan is stale, 5 the state is in use, 6 the state cannot be read or written (disk full, read-only, \
            permissions), 7 the state cannot be used (damaged, empty, written by a later ferry, bound to another account), \
            64 usage, 130 interrupted.
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

    /// Runs the command that the arguments name.
    static func main() async {
        // A file that would grow past the process's limit (`ulimit -f`) is an error as a full disk is, not the end.
        signal(SIGXFSZ, SIG_IGN)
        await main(nil)
    }
}
