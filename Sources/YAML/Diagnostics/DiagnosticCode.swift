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

    /// Declares a code.
    package init(_ rawValue: String, _ title: String, _ explanation: String) {
        self.rawValue = rawValue
        self.title = title
        self.explanation = explanation
    }
}

extension DiagnosticCode: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension DiagnosticCode: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
