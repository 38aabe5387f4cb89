package import Diagnostics
import YAML

/// Why a text is not what a key takes; the reader adds where it stands.
package struct Violation: Error {
    /// The kind of problem.
    package var code: DiagnosticCode
    /// What is wrong, in one sentence.
    package var message: String
    /// What to do.
    package var help: String?
    /// What was likely meant, to be written in place of the text.
    var suggestion: String?

    package init(_ code: DiagnosticCode, _ message: String, help: String? = nil, suggestion: String? = nil) {
        self.code = code
        self.message = message
        let parts = [suggestion.map { "did you mean “\($0)”?" }, help].compactMap { $0 }
        self.help = parts.isEmpty ? nil : parts.joined(separator: " ")
        self.suggestion = suggestion
    }
}
