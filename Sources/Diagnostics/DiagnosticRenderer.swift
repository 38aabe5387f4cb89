import TerminalText

/// Diagnostics as text for a person, in the manner of compilers: the place, the line, and carets under the words meant.
package struct DiagnosticRenderer: Sendable {
    private let hasColour: Bool

    /// Chooses whether there are colours.
    package init(hasColour: Bool = false) {
        self.hasColour = hasColour
    }

    /// All diagnostics, sorted by file and place, each once, and a closing line that counts them.
    package func text(for diagnostics: [Diagnostic]) -> String {
        let sorted = Self.sorted(diagnostics)
        var text = ""
        for diagnostic in sorted { text += self.text(for: diagnostic) + "\n" }
        let counts = [(Diagnostic.Severity.error, "error"), (.warning, "warning")].compactMap { severity, word in
            let count = sorted.count { $0.severity == severity }
            return count == 0 ? nil : count == 1 ? "1 \(word)" : "\(count) \(word)s"
        }
        if !counts.isEmpty { text += counts.joined(separator: ", ") + "\n" }
        return text
    }

    /// One diagnostic with the lines it is about.
    package func text(for diagnostic: Diagnostic) -> String {
        let colour = Self.colour(of: diagnostic.severity)
        var text = paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]", colour)
        text += ": \(Self.printable(diagnostic.message))\n"
        if let location = diagnostic.location { text += SourceExcerpt(location).text { paint($0, colour) } }
        for note in diagnostic.notes {
            text += "\(paint("note", Self.colour(of: .note))): \(Self.printable(note.message))\n"
            if let location = note.location {
                text += SourceExcerpt(location).text { paint($0, Self.colour(of: .note)) }
            }
        }
        if let help = diagnostic.help { text += "\(paint("help", 32)): \(Self.printable(help))\n" }
        return text
    }

    /// One diagnostic in one line, without notes and help: `path:line:column: error[F0012]: message`.
    package func line(for diagnostic: Diagnostic) -> String {
        var place = ""
        if let location = diagnostic.location {
            let start = location.range.start
            place = "\(Self.printable(location.file.path)):\(start.line):\(start.column): "
        }
        let severity = paint(
            "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]",
            Self.colour(of: diagnostic.severity)
        )
        return "\(place)\(severity): \(Self.printable(diagnostic.message))"
    }

    /// Sorted by file, line and column, at one place the grave before the light; what says the same about the same place
    /// stands once.
    package static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        func key(_ diagnostic: Diagnostic) -> (String, SourcePosition, Int, DiagnosticCode, String) {
            (
                diagnostic.location?.file.path ?? "",
                diagnostic.location?.range.start ?? SourcePosition(line: 0, column: 0),
                diagnostic.severity.rank,
                diagnostic.code,
                diagnostic.message
            )
        }
        var result: [Diagnostic] = []
        for diagnostic in diagnostics.sorted(by: { key($0) < key($1) }) {
            if let last = result.last, key(last) == key(diagnostic) { continue }
            result.append(diagnostic)
        }
        return result
    }

    /// A text from a file, as a terminal shows it.
    static func printable(_ text: String) -> String {
        TextWidth.sanitizedForTerminal(text, replacement: "\u{FFFD}")
    }

    private static func colour(of severity: Diagnostic.Severity) -> Int {
        switch severity {
        case .error: 31
        case .warning: 33
        case .note: 36
        }
    }

    private func paint(_ text: String, _ colour: Int) -> String {
        hasColour ? "\u{1B}[1;\(colour)m\(text)\u{1B}[0m" : text
    }
}
