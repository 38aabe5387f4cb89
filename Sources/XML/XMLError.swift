/// A document that is not well-formed XML, or is not of the form that its reader expects.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problem, in words.
    package let description: String

    /// Describes a problem.
    package init(description: String) {
        self.description = description
    }
}
