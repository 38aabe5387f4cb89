import TerminalText

/// The line a diagnostic is about, with carets under what is meant.
struct SourceExcerpt {
    private let location: SourceLocation

    /// The most characters of a line that are shown; of a longer one, what is around the place.
    private static let widest = 160

    init(_ location: SourceLocation) {
        self.location = location
    }

    /// The place, the line and the carets, each with a line of its own.
    func text(painting paint: (String) -> String) -> String {
        let (start, end) = (location.range.start, location.range.end)
        let number = String(start.line)
        let margin = String(repeating: " ", count: number.count)
        let path = DiagnosticRenderer.printable(location.file.path)
        var text = "\(margin)--> \(path):\(start.line):\(start.column)\n"
        guard let line = location.file.line(start.line) else { return text }
        // A tab would move the carets; it is shown as one space, as it counts for one column.
        var shown = Array(line.unicodeScalars.map { $0 == "\t" ? " " : $0 })
        let last = end.line == start.line ? end.column - 1 : Self.lengthWithoutTail(shown)
        var first = min(start.column - 1, shown.count)
        var carets = max(1, min(last, shown.count) - first)
        if shown.count > Self.widest {
            let cut = max(0, first - Self.widest / 3)
            shown = Array(shown.dropFirst(cut).prefix(Self.widest))
            first -= cut
            carets = max(1, min(carets, shown.count - first))
        }
        let before = shown.prefix(first).reduce(0) { $0 + TextWidth.columns($1) }
        let width = max(1, shown.dropFirst(first).prefix(carets).reduce(0) { $0 + TextWidth.columns($1) })
        let printable = DiagnosticRenderer.printable(String(String.UnicodeScalarView(shown)))
        text += "\(margin) |\n\(number) | \(printable)\n\(margin) | "
        text += String(repeating: " ", count: before) + paint(String(repeating: "^", count: width)) + "\n"
        return text
    }

    /// The length of a line without the space at its end.
    private static func lengthWithoutTail(_ line: [Unicode.Scalar]) -> Int {
        line.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
    }
}
