import ArgumentParser
import Migration
import Operations
import TerminalText

/// `ferry state list`: the addresses that the state holds.
struct StateListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print the addresses that the state holds, one a line."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let addresses = try StateReader(common.stateFile).state().imports.keys.sorted()
            console.print(addresses.map { "\($0)\n" as TerminalString }.joined())
        }
    }
}
