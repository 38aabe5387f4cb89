import Diagnostics
import Reports
import YAML

/// Prints diagnostics in the form that was asked for.
struct DiagnosticPrinter {
    /// Where text goes; the forms for programs go to standard output only where they are all that a command prints.
    enum Place {
        case output, error
    }

    let console: Console
    let form: DiagnosticFormat
    var place = Place.error

    /// Prints diagnostics. Without any, the forms for programs still have a document to print.
    func print(_ diagnostics: [Diagnostic]) throws {
        let text = try form.document(
            for: diagnostics,
            version: Ferry.version,
            hasColour: console.style.hasColour
        )
        switch (form, place) {
        case (.text, _), (_, .error): console.printError(text)
        case (_, .output): console.print(text)
        }
    }
}
