import ArgumentParser
import Migration
import Reports

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
            guard let state = try common.stateFile.read() else {
                console.printError("error: \(common.stateFile.path): there is no state yet; ferry apply makes one\n")
                throw Outcome.error
            }
            console.print(json ? String(decoding: state.json, as: UTF8.self) : StatusText(state, style: console.style).text)
        }
    }
}
