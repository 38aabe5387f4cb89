import ArgumentParser
import Diagnostics
import YAML

/// How the commands that read migration manifests say what is wrong with them.
struct DiagnosticsOptions: ParsableArguments {
    @Option(
        name: .customLong("diagnostics"),
        help: ArgumentHelp(
            "The form of what is said about the manifests: text, json, github (annotations) or sarif (2.1.0).",
            valueName: "form"
        )
    )
    var form = DiagnosticFormat.text
}

extension DiagnosticFormat: ExpressibleByArgument {}
