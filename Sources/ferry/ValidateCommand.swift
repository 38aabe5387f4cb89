import ArgumentParser
import Migration
import Sandbox

/// `ferry validate`: checks migration manifests and the headers of their images, and asks nobody.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check migration manifests and their images without asking AWS."
    )

    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let migrations = try await Migrations.load(
                manifests,
                zones: { common.sandbox ? SandboxZones.names(of: $0) : nil },
                console: console
            )
            let imports = migrations.manifests.flatMap(\.imports).map(\.zones.count).reduce(0, +)
            let files = migrations.manifests.count
            console.print(
                """
                \(files) migration \(files == 1 ? "manifest" : "manifests"), \
                \(imports) \(imports == 1 ? "import" : "imports"): all well.

                """
            )
        }
    }
}
