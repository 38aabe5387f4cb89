/// A diagnostic's code, such as `F0012`: stable over versions, so that people can look it up.
///
/// Codes are declared once, in the module whose concern they are: YAML `F00…`, migration manifest `F01…`, images `F02…`,
/// what only AWS can tell `F03…`.
package struct DiagnosticCode: Sendable {
    /// The code.
    package let rawValue: String
    /// What it is about, in a few words.
    package let title: String
    /// What it means, why ferry insists on it, and what to do: a paragraph.
    package let explanation: String
    /// Lines of a migration manifest that are wrong in this way, and right; `nil` where lines alone do not show it.
    package let example: Example?

    /// Lines that are wrong, and how they are right.
    package struct Example: Sendable {
        /// The lines that have the code's problem.
        package let wrong: String
        /// The lines as they should be.
        package let right: String

        /// Shows lines.
        package init(wrong: String, right: String) {
            self.wrong = wrong
            self.right = right
        }
    }

    /// Declares a code.
    package init(_ rawValue: String, _ title: String, _ explanation: String, example: Example? = nil) {
        self.rawValue = rawValue
        self.title = title
        self.explanation = explanation
        self.example = example
    }
}

extension DiagnosticCode: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension DiagnosticCode: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension DiagnosticCode {
    /// More nesting, aliases or text than a person would write.
    package static let excessive = DiagnosticCode(
        "F0007",
        "more than ferry reads",
        """
        ferry bounds nesting, the length of a text and what aliases stand for, so that a file of a few lines cannot \
        use up the machine. No migration manifest comes near these bounds.
        """
    )
}
