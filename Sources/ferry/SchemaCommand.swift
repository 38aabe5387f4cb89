import ArgumentParser
import Schemas
import TerminalText

/// `ferry schema`: the JSON Schemas of ferry's files.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a JSON Schema (draft-07) of one of ferry's files, for editors and for other programs."
    )

    @Argument(help: "Which: \(Schema.allCases.map(\.rawValue).joined(separator: ", ")).")
    var name: Schema

    func run() async throws {
        let console = Console(allowsColour: false, environment: [:])
        try await Outcome.reporting(to: console) { console.print(document: name.text) }
    }
}

extension Schema: ExpressibleByArgument {}
