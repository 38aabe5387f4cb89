import ArgumentParser
import Migration

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
            let state = try common.recordedState()
            let address = try AddressArgument.recorded(address, in: state)
            let shown = MigrationState(
                lineage: state.lineage,
                serial: state.serial,
                imports: state.imports.filter { $0.key == address }
            )
            console.print(String(decoding: shown.json, as: UTF8.self))
        }
    }
}
