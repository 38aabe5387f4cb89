import ArgumentParser
import Foundation
import Migration
import Operations

/// `ferry show`: prints a saved plan.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a saved plan: for a terminal, as Markdown, as JSON, as HTML, or in a line."
    )

    @Argument(help: "A plan that “ferry plan --out” saved.", completion: .file())
    var plan: String

    @OptionGroup var form: PlanFormatOptions

    @Flag(name: .customLong("no-color"), help: "No colours.")
    var noColour = false

    func run() async throws {
        let console = Console(allowsColour: !noColour, environment: ProcessInfo.processInfo.environment)
        try await Outcome.reporting(to: console) {
            form.print(try PlanFile.read(path: plan), to: console)
        }
    }
}
