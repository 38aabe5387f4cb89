import ArgumentParser
import Migration
import Operations
import StateStore
import TerminalText

/// `ferry state rm`: drops records.
struct StateRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Drop imports from the state; their tasks and volumes stay.",
        discussion: """
            ferry forgets the imports and touches nothing in AWS. If the migration manifest still names one of them, the next \
            plan adopts its task by the marker or its volume by the tags.

            An import that EC2 may be converting is dropped only with --force: nobody would wait any more until its parts can \
            be removed from the staging, and while EC2 does not list its task yet, another import could remove parts that it \
            shares. Take it out of the migration manifest instead: ferry apply forgets it when its conversion has ended.
            """
    )

    @Argument(help: "The imports' addresses: manifest/image@zone.")
    var addresses: [String]

    @Flag(help: "Also what EC2 may be converting.")
    var force = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            try await StateRemoval(common.stateFile).remove(addresses, force: force) { address in
                console.print("forgotten  \(address)\n")
            }
        }
    }
}
