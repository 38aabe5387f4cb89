import ArgumentParser
import Migration
import Operations
import TerminalText

/// `ferry state show`: one record.
struct StateShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print what the state says of one import, as JSON."
    )

    @Argument(help: "The import's address: manifest/image@zone.")
    var address: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let shown = try StateReader(common.stateFile).state(of: address)
            console.print(document: String(decoding: shown.json, as: UTF8.self))
        }
    }
}
