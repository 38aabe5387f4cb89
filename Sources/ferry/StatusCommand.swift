import ArgumentParser
import Migration
import Operations
import Reports
import TerminalText

/// `ferry status`: what the state says.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say how far each import has come, as the state records it."
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print the state as JSON.")
    var json = false

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let state = try StateReader(common.stateFile).state()
            if json {
                console.print(document: state.json)
            } else {
                console.print(StatusText(state, style: console.style).text)
            }
        }
    }
}
