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
        let before = shown.prefix(first).reduce(0) { $0 + Self.width(of: $1) }
        let width = max(1, shown.dropFirst(first).prefix(carets).reduce(0) { $0 + Self.width(of: $1) })
        let printable = DiagnosticRenderer.printable(String(String.UnicodeScalarView(shown)))
        text += "\(margin) |\n\(number) | \(printable)\n\(margin) | "
        text += String(repeating: " ", count: before) + paint(String(repeating: "^", count: width)) + "\n"
        return text
    }

    /// The length of a line without the space at its end.
    private static func lengthWithoutTail(_ line: [Unicode.Scalar]) -> Int {
        line.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
    }

    /// The columns of a terminal that a character takes: none for a mark upon another, two for the wide scripts
    /// (Unicode Standard Annex #11), else one.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }
}
