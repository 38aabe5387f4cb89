/// Diagnostics as workflow commands of GitHub Actions (“Workflow commands”, `error`, `warning` and `notice`): one line
/// each, which GitHub shows next to the line of the file. GitHub reads relative paths from the root of the repository.
struct GitHubAnnotations {
    private let names: FileNames

    /// The commands, one a line.
    static func text(for diagnostics: [Diagnostic], in paths: RepositoryPaths? = nil) -> String {
        let annotations = GitHubAnnotations(names: FileNames(of: diagnostics, in: paths))
        return diagnostics.map { annotations.command(for: $0) + "\n" }.joined()
    }

    private func command(for diagnostic: Diagnostic) -> String {
        let name =
            switch diagnostic.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "notice"
            }
        var properties: [String] = []
        if let location = diagnostic.location {
            let (start, end) = (location.range.start, location.range.end)
            properties.append("file=\(Self.property(names[location.file]))")
            properties.append("line=\(start.line)")
            // GitHub takes columns only within one line, and counts the last one in.
            if end.line == start.line, end.column > start.column {
                properties.append("endLine=\(end.line)")
                properties.append("col=\(start.column)")
                properties.append("endColumn=\(end.column - 1)")
            } else {
                properties.append("col=\(start.column)")
            }
        }
        properties.append("title=\(Self.property("\(diagnostic.code.rawValue): \(diagnostic.code.title)"))")
        return "::\(name) \(properties.joined(separator: ","))::\(message(of: diagnostic))"
    }

    /// The message with its notes and its help: an annotation shows nothing else.
    private func message(of diagnostic: Diagnostic) -> String {
        var lines = [diagnostic.message]
        for note in diagnostic.notes {
            let place = note.location.map {
                " (\(names[$0.file]):\($0.range.start.line):\($0.range.start.column))"
            }
            lines.append("note: \(note.message)\(place ?? "")")
        }
        if let help = diagnostic.help { lines.append("help: \(help)") }
        return Self.escaped(lines.joined(separator: "\n"), also: [])
    }

    private static func property(_ text: String) -> String {
        escaped(text, also: [":", ","])
    }

    /// A text in which nothing ends the command or begins another one.
    private static func escaped(_ text: String, also others: Set<Unicode.Scalar>) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where others.contains(scalar): escaped += "%3A"
            case "," where others.contains(scalar): escaped += "%2C"
            default: escaped += DiagnosticRenderer.printable(String(scalar))
            }
        }
        return escaped
    }
}
