import ArgumentParser
import Migration
import Operations
import StateStore
import TerminalText

/// `ferry state import`: takes over a state that was exported.
struct StateImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Replace the state by one that was exported.",
        discussion: """
            A state of another lineage, or an older one, would make ferry forget what it has done: it is taken only with \
            --force. The state that was there is kept as the backup.
            """
    )

    @Argument(help: "The file that ferry state export wrote.", completion: .file(extensions: ["json"]))
    var file: String

    @Flag(help: "Also of another lineage, or older.")
    var force = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let imported = try await StateReplacement(common.stateFile).replace(withExported: file, force: force)
            console.print(
                "The state holds \(imported.imports.count) imports of lineage \(imported.lineage).\n"
            )
        }
    }
}
