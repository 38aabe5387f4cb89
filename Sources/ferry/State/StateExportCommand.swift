import ArgumentParser
import Migration
import Operations
import TerminalText

/// `ferry state export`: the whole state.
struct StateExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the state as JSON, with what the journal holds beyond the file."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            console.print(document: String(decoding: try StateReader(common.stateFile).state().json, as: UTF8.self))
        }
    }
}
