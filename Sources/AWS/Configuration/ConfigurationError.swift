/// Why a setting of the environment or the shared files cannot be used.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which setting, and what it may be.
    package var description: String
}
