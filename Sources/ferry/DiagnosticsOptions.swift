import ArgumentParser
import Diagnostics
import Foundation
import Operations
import Reports
import TerminalText

/// The form in which the commands that read migration manifests print diagnostics.
struct DiagnosticsOptions: ParsableArguments {
    @Option(
        name: .customLong("diagnostics"),
        help: ArgumentHelp(
            "The form of what is said about the manifests: text, json, github (annotations) or sarif (2.1.0).",
            valueName: "form"
        )
    )
    var form = DiagnosticFormat.text

    /// Prints diagnostics in this form.
    ///
    /// - Parameters:
    ///   - console: The standard streams.
    ///   - isOnlyOutput: Whether the command prints nothing else, so that the forms for programs go to standard output.
    func handler(_ console: Console, isOnlyOutput: Bool = false) -> DiagnosticHandler {
        let form = form
        return { diagnostics in
            // Forms for programs have a document for no diagnostics, too.
            let text = try form.document(
                for: diagnostics,
                version: Ferry.version,
                paths: RepositoryPaths.discovered(
                    for: diagnostics.compactMap { $0.location?.file.path },
                    environment: ProcessInfo.processInfo.environment
                ),
                hasColour: console.style.hasColour
            )
            if isOnlyOutput, form != .text {
                console.print(document: text)
            } else {
                console.printError(document: text)
            }
        }
    }
}

extension DiagnosticFormat: ExpressibleByArgument {}
