/// Why there are no credentials.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was looked for, and what to do.
    package var description: String

    /// Says why.
    package init(description: String) {
        self.description = description
    }

    /// Runs a body that reads settings; where one can't be used there are no credentials.
    static func wrapping<Result>(
        _ body: () throws(ConfigurationError) -> Result
    ) throws(CredentialsError) -> Result {
        do throws(ConfigurationError) {
            return try body()
        } catch {
            throw CredentialsError(description: error.description)
        }
    }
}
