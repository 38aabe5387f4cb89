import ArgumentParser
import Execution
import Foundation
import Migration
import Operations
import Reports
import StateStore
import TerminalText

/// `ferry state rebuild`: makes a state that is lost anew.
struct StateRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make a lost state anew from what AWS knows.",
        discussion: """
            Each conversion task's description ends in a marker of its import, and each volume that is done has tags of it. \
            Both are looked up for the imports that the migration manifests name, and the state is written as it was: what \
            is done is done, what EC2 converts is waited for by the next ferry apply. Nothing in AWS is touched.

            On AWS it takes a minute: a task that was begun just before may not be listed earlier. What bears ferry's marks \
            and belongs to no import is listed and left alone. Files of a state that are there are kept under other names, \
            and replaced only with --force.

            Name all migration manifests of the state: what a later ferry apply of another one finds neither in the state \
            nor in EC2's list of tasks, it imports again. Where the old state can be read, its records of other imports are \
            carried over. Where not, and AWS knows of other imports, nothing is written without --partial.
            """
    )

    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @Flag(help: "Also where there is a state, or what is left of one. It is kept as FILE.replaced.")
    var force = false

    @Flag(help: "Also where AWS knows of imports that neither these migration manifests nor the old state name.")
    var partial = false

    @Flag(help: "Print what was found as JSON.")
    var json = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: common.verbose)
            // A damaged state has nothing to contribute.
            let summary = try await common.withAWS(hasState: false, logger: logger) { aws in
                let operation = RebuildOperation(
                    manifests: manifests,
                    stateFile: common.stateFile,
                    replaces: force,
                    isPartial: partial,
                    aws: aws
                )
                return try await operation.run(
                    prepareFolder: { if common.sandbox { try WorkFolder.make(EmbeddedSandbox.folder) } },
                    report: diagnostics.handler(console)
                )
            }
            if json {
                console.print(document: try JSONText.string(for: summary))
            } else {
                console.print(StateRebuildText(summary).text)
            }
        }
    }
}
