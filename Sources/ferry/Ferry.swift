import ArgumentParser
import FileSystem
import Foundation
import Glibc
import TerminalText

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
        StandardStream.occupyClosedDescriptors()
        // A file that would grow past the process's limit (`ulimit -f`) is an error as a full disk is, not the end. So is a
        // pipe whose reader is gone: a run that imports does not end because nobody reads its progress.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        do {
            // The bytes of an argument, which may name a file that is not called by UTF-8.
            let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
            var command = try parseAsRoot(arguments.dropFirst().compactMap { $0.map { SystemPath.text(of: $0) } })
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            await end(with: error)
        }
    }

    /// Ends the program as `exit(withError:)` of ArgumentParser does, but with a check that help and version were written.
    private static func end(with error: any Error) async -> Never {
        let console = Console(allowsColour: false, environment: [:])
        let text = fullMessage(for: error)
        var code = exitCode(for: error)
        do {
            try await Outcome.reporting(to: console) {
                guard !text.isEmpty else { return }
                // Completion scripts need their tabs and escapes, and messages quote arguments.
                if code.isSuccess {
                    console.print(document: text + "\n")
                } else {
                    console.printError(TerminalString(lines: text + "\n"))
                }
            }
        } catch {
            code = exitCode(for: error)
        }
        Foundation.exit(code.rawValue)
    }
}
