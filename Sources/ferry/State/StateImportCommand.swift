import ArgumentParser
import Migration
import StateStore

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
            guard let imported = try StateFile(path: file).readExported() else {
                throw ValidationError("\(file): no such file")
            }
            let session = try await StateSession.open(common.stateFile, command: "ferry state import")
            do {
                let present = await session.state
                if !force, !present.imports.isEmpty || present.serial > 1 {
                    guard imported.lineage == present.lineage else {
                        throw ValidationError(
                            "\(file) is of lineage \(imported.lineage), the state of \(present.lineage); --force takes it"
                        )
                    }
                    guard imported.serial >= present.serial else {
                        throw ValidationError(
                            "\(file) has serial \(imported.serial), the state \(present.serial); --force takes it"
                        )
                    }
                }
                try await session.replace(with: imported)
            } catch {
                try await session.close()
                throw error
            }
            try await session.close()
            console.print("The state holds \(imported.imports.count) imports of lineage \(imported.lineage).\n")
        }
    }
}
