import Diagnostics

/// Why libyaml stopped.
struct SyntaxFailure: Error {
    /// Its complaint, in its words.
    var problem: String
    /// Where it stopped.
    var place: SourcePosition
    /// What it was reading, and where that began.
    var context: (words: String, place: SourcePosition)?

    /// The diagnostic for a failure in a file.
    func diagnostic(in file: SourceFile) -> Diagnostic {
        let location = SourceLocation(file: file, range: SourceRange(at: place, columns: lengthOfWord(in: file)))
        let (message, help) = explained
        let diagnostic = Diagnostic(.syntax, message, at: location, help: help)
        guard let context, context.place != place else { return diagnostic }
        let contextRange = SourceRange(at: context.place)
        return diagnostic.noting(
            "\(context.words), which begins here",
            at: SourceLocation(file: file, range: contextRange)
        )
    }

    /// From the start of what was being read, or of the line before, to the end of the line.
    func surroundings(in file: SourceFile) -> SourceLocation {
        let first = min(context?.place.line ?? place.line, max(1, place.line - 1))
        let start = SourcePosition(line: max(first, place.line - 10), column: 1)
        return SourceLocation(
            file: file,
            range: SourceRange(start: start, end: SourcePosition(line: place.line + 1, column: 1))
        )
    }

    /// The characters from the place to the next space.
    private func lengthOfWord(in file: SourceFile) -> Int {
        guard let line = file.line(place.line) else { return 1 }
        return max(1, line.unicodeScalars.dropFirst(place.column - 1).prefix { $0 != " " && $0 != "\t" }.count)
    }

    /// libyaml's complaint with what most often lies behind it.
    private var explained: (message: String, help: String?) {
        switch problem {
        case "mapping values are not allowed in this context":
            ("a colon where no key can end", "quote a text that contains “: ”, and indent each key as its neighbours")
        case "did not find expected key":
            ("this fits into no mapping above", "indent it as its neighbours; a key ends in a colon and a space")
        case "did not find expected '-' indicator":
            ("this fits into no list above", "indent it as its neighbours; an item begins with “- ”")
        case "could not find expected ':'":
            (
                "this line has no colon behind its key",
                "write “key: value”, and quote a text that goes over several lines"
            )
        case "found character that cannot start any token":
            ("no value begins with this character", "quote the text")
        case "block sequence entries are not allowed in this context":
            ("a list cannot begin here", "put the “- ” on a line of its own below the key")
        case "did not find expected ',' or ']'":
            ("a list in brackets is not closed", "separate its items by commas and end it with “]”")
        case "did not find expected ',' or '}'":
            ("a mapping in braces is not closed", "separate its entries by commas and end it with “}”")
        case "found unexpected end of stream":
            ("the file ends inside a quoted text", "close the quotation mark")
        default:
            (problem, nil)
        }
    }
}
