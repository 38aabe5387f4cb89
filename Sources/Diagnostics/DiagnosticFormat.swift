/// The forms in which diagnostics are written: one for people, the others for programs.
package enum DiagnosticFormat: String, CaseIterable, Sendable {
    /// Text for a person, as compilers write it.
    case text
    /// One JSON document.
    case json
    /// Workflow commands of GitHub Actions, which become annotations of the files.
    case github
    /// A log in the Static Analysis Results Interchange Format 2.1.0, which code scanning services read.
    case sarif

    /// The diagnostics in this form, sorted by file and place, each once.
    ///
    /// - Parameters:
    ///   - diagnostics: The diagnostics. Without any, the forms for people are empty and the others still a document.
    ///   - version: The version of ferry, for the forms that name the tool.
    ///   - paths: The names of files in the forms for CI systems. By default, files are named as their paths are written.
    ///   - hasColour: Whether text for a person has colours.
    package func document(
        for diagnostics: [Diagnostic],
        version: String,
        paths: RepositoryPaths? = nil,
        hasColour: Bool = false
    ) throws -> String {
        let sorted = DiagnosticRenderer.sorted(diagnostics)
        return switch self {
        case .text: DiagnosticRenderer(hasColour: hasColour).text(for: sorted)
        case .json: try DiagnosticReport(sorted).json
        case .github: GitHubAnnotations.text(for: sorted, in: paths)
        case .sarif: try SARIFLog(sorted, version: version, paths: paths).json
        }
    }
}
