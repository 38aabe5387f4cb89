import ArgumentParser
import Migration
import Operations
import TerminalText

/// `ferry state rebind`: binds the state to the account of the present credentials.
struct StateRebindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebind",
        abstract: "Bind the state to the account of the present credentials.",
        discussion: """
            A state belongs to the accounts that its imports go to. A run with credentials of another account stops, because \
            it would import everything again. This command is for the case that the volumes really are in that other account.
            """
    )

    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: common.verbose)
            let bound = try await common.withAWS(logger: logger) { aws in
                try await StateRebinding(manifests: manifests, stateFile: common.stateFile, aws: aws)
                    .run(report: diagnostics.handler(console))
            }
            for (target, account, before) in bound {
                let earlier = before.map { $0 == account ? " (unchanged)" : ", before: \($0)" } ?? ""
                console.print("\(target.manifest) to \(target.region): \(account)\(earlier)\n")
            }
        }
    }
}
