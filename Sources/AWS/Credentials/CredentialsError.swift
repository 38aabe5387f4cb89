/// Why there are no credentials.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was looked for, and what to do.
    package var description: String

    /// Says why.
    package init(description: String) {
        self.description = description
    }
}
