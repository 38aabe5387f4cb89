import ArgumentParser
import Schemas

/// `ferry schema`: the JSON Schemas of ferry's files.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a JSON Schema (draft-07) of one of ferry's files, for editors and for other programs."
    )

    @Argument(help: "Which: \(Schema.allCases.map(\.rawValue).joined(separator: ", ")).")
    var name: Schema

    func run() throws {
        print(name.text, terminator: "")
    }
}

extension Schema: ExpressibleByArgument {}
