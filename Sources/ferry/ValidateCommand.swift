import ArgumentParser
import Diagnostics
import Migration
import YAML

/// `ferry validate`: checks migration manifests, their locks and the headers of their images.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check migration manifests, their locks and their images; AWS is asked only with --online.",
        discussion: """
            Everything that is wrong is told in one run. An image that is neither here nor in a lock is a warning: the \
            migration manifest may be right for the machine that has it.
            """
    )

    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @Flag(help: "Ask AWS for the zones, the staging buckets and the permissions too. Nothing is made or changed.")
    var online = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        let logger = console.logger(isVerbose: common.verbose)
        try await Outcome.reporting(to: console) {
            let printer = DiagnosticPrinter(console: console, form: diagnostics.form, place: .output)
            let migrations = try await Access.with(common, logger: logger) { access in
                try await load(printer, access)
            }
            guard diagnostics.form == .text else { return }
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

    private func load(_ printer: DiagnosticPrinter, _ access: Access) async throws -> Migrations {
        let files = await MigrationFiles.read(manifests, mode: .validate)
        return try await Migrations.load(
            files,
            // The sandbox need not be asked.
            zones: { online || common.sandbox ? try await access.zones(of: $0, for: files.targets) : nil },
            access: online ? access : nil,
            printer: printer,
            mode: .validate,
            more: { migrations in
                guard online else { return [] }
                let connections = try await access.connections(for: migrations.targets)
                var problems: [Diagnostic] = []
                for (identity, zones) in migrations.zones.sorted(by: { $0.key < $1.key }) {
                    guard let connection = connections.byIdentity[identity] else { continue }
                    let check = OnlineCheck(connection, identity: identity, zones: zones)
                    problems += await check.problems(of: migrations.manifests)
                }
                return problems
            }
        )
    }
}
