import ArgumentParser
import Execution
import Foundation
import Migration
import StateStore

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
            let printer = DiagnosticPrinter(console: console, form: diagnostics.form)
            // What is left of a state tells nothing here.
            let report = try await Access.with(sandbox: common.sandbox, logger: logger) { access in
                let migrations = try await Migrations.load(manifests, access: access, printer: printer)
                let desired = try await migrations.desiredImports(printer: printer).imports
                // Nobody may import while this looks.
                if common.sandbox { try WorkFolder.make(EmbeddedSandbox.folder) }
                let restoration = try await StateRestoration.begin(common.stateFile, command: "ferry state rebuild")
                defer { restoration.end() }
                if !force, !restoration.present.isEmpty {
                    let files = restoration.present.joined(separator: ", ")
                    throw ValidationError(
                        "\(files): there already; with --force it is kept as FILE.replaced, and replaced"
                    )
                }
                let connection = try await access.connections(for: migrations.targets)
                let rebuilt = try await StateRebuilder(
                    service: connection.service,
                    clock: ContinuousClock(),
                    patience: connection.patience
                )
                .rebuild(desired, recorded: restoration.state, time: Int64(Date.now.timeIntervalSince1970))
                // Of a state that could be read nothing is lost: what else is there belongs to others.
                if !partial, restoration.state == nil, !rebuilt.unnamed.isEmpty {
                    throw ValidationError(RebuildReport.refusal(rebuilt.unnamed))
                }
                let (state, kept) = try await restoration.write(rebuilt.records)
                return RebuildReport(rebuilt, state: state, kept: kept)
            }
            console.print(json ? try JSONText.string(for: report) : report.text)
        }
    }
}
