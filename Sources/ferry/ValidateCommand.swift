import ArgumentParser
import Diagnostics
import Migration
import Operations
import TerminalText

/// `ferry validate`: checks migration manifests, their locks, and the headers of their images.
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
            let valid = try await common.withAWS(logger: logger) { aws in
                let operation = ValidateOperation(
                    manifests: manifests,
                    isOnline: online,
                    aws: aws,
                    knowsZones: common.sandbox
                )
                return try await operation.run(report: diagnostics.handler(console, isOnlyOutput: true))
            }
            guard diagnostics.form == .text else { return }
            let imports = valid.flatMap(\.imports).map(\.zones.count).reduce(0, +)
            let files = valid.count
            console.print(
                """
                \(files) migration \(files == 1 ? "manifest" : "manifests"), \
                \(imports) \(imports == 1 ? "import" : "imports"): all well.

                """
            )
        }
    }
}
