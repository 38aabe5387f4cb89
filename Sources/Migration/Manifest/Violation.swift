import YAML

/// Why a text is not what a key takes; the reader adds where it stands.
struct Violation: Error {
    /// The kind of problem.
    var code: DiagnosticCode
    /// What is wrong, in one sentence.
    var message: String
    /// What to do.
    var help: String?
    /// What was likely meant, to be written in place of the text.
    var suggestion: String?

    init(_ code: DiagnosticCode, _ message: String, help: String? = nil, suggestion: String? = nil) {
        self.code = code
        self.message = message
        let parts = [suggestion.map { "did you mean “\($0)”?" }, help].compactMap { $0 }
        self.help = parts.isEmpty ? nil : parts.joined(separator: " ")
        self.suggestion = suggestion
    }

    /// A text as a message quotes it: not longer than a line.
    static func quoted(_ text: String) -> String {
        let most = 60
        return text.count <= most ? "“\(text)”" : "“\(text.prefix(most))…”"
    }
}
