/// Something a person should know about what they wrote.
package struct Diagnostic: Sendable {
    /// How grave it is.
    package enum Severity: String, Sendable, CaseIterable {
        /// Nothing is done until it is mended.
        case error
        /// It works, and is probably not what was meant.
        case warning
        /// It explains something else.
        case note

        /// The place among the severities, the gravest first.
        var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }
    }

    /// A further place that explains a diagnostic.
    package struct Note: Sendable {
        /// What is there, in one sentence.
        package var message: String
        /// Where; `nil` if it is about no place.
        package var location: SourceLocation?

        /// Describes a further place.
        package init(_ message: String, at location: SourceLocation?) {
            self.message = message
            self.location = location
        }
    }

    /// How grave it is.
    package var severity: Severity
    /// Its code.
    package var code: DiagnosticCode
    /// What is wrong, in one sentence.
    package var message: String
    /// Where; `nil` if it is about no file's content.
    package var location: SourceLocation?
    /// Further places.
    package var notes: [Note] = []
    /// What to do, in words.
    package var help: String?
    /// What to write in place of the text at `location`, where one correction is likely meant.
    package var suggestion: String?

    /// Describes a problem.
    package init(
        _ code: DiagnosticCode,
        _ message: String,
        at location: SourceLocation?,
        severity: Severity = .error,
        help: String? = nil,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.location = location
        self.help = help
        self.suggestion = suggestion
    }

    /// The same with a pointer at a further place.
    package func noting(_ message: String, at location: SourceLocation?) -> Diagnostic {
        var copy = self
        copy.notes.append(Note(message, at: location))
        return copy
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line: `path:line:column: error[F0012]: message`.
    package var description: String { DiagnosticRenderer().line(for: self) }
}
