import FoundationEssentials

/// Diagnostics as a JSON document for programs; `schemas/diagnostics.schema.json` describes it.
struct DiagnosticReport: Encodable {
    /// A place in a file: line and column from 1, the column in characters (Unicode scalars).
    struct Place: Encodable {
        var line: Int
        var column: Int

        init(_ position: SourcePosition) {
            line = position.line
            column = position.column
        }
    }

    /// A stretch of a file, the end not included.
    struct Location: Encodable {
        var file: String
        var start: Place
        var end: Place

        init(_ location: SourceLocation) {
            file = location.file.path
            start = Place(location.range.start)
            end = Place(location.range.end)
        }
    }

    /// A further place.
    struct Note: Encodable {
        var message: String
        var location: Location?
    }

    /// One diagnostic.
    struct Item: Encodable {
        var severity: String
        var code: String
        var title: String
        var message: String
        var location: Location?
        var notes: [Note]?
        var help: String?
        var suggestion: String?

        init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            code = diagnostic.code.rawValue
            title = diagnostic.code.title
            message = diagnostic.message
            location = diagnostic.location.map(Location.init)
            let notes = diagnostic.notes.map { Note(message: $0.message, location: $0.location.map(Location.init)) }
            self.notes = notes.isEmpty ? nil : notes
            help = diagnostic.help
            suggestion = diagnostic.suggestion
        }
    }

    var version = 1
    var errors: Int
    var warnings: Int
    var diagnostics: [Item]

    init(_ diagnostics: [Diagnostic]) {
        errors = diagnostics.count { $0.severity == .error }
        warnings = diagnostics.count { $0.severity == .warning }
        self.diagnostics = diagnostics.map(Item.init)
    }

    /// The document, ending in a line break.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
