import ArgumentParser
import Migration
import Operations
import TerminalText

/// `ferry state mv`: renames imports in the state.
struct StateMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv",
        abstract: "Rename an import in the state.",
        discussion: """
            The import keeps its volume and is not imported again. The next apply writes the new address into the volume's \
            tags. In a team, prefer an entry of "moved" in the migration manifest: it is reviewed, and every state follows it.
            """
    )

    @Argument(help: "The present address, or manifest/image for all its zones.")
    var source: String

    @Argument(help: "The new address, in the same form.")
    var target: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            try await StateMove(common.stateFile).move(source, to: target) { old, new in
                console.print("\(old) is now \(new)\n")
            }
        }
    }
}
