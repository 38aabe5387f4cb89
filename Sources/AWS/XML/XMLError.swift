/// Why a document cannot be read.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the line where it is known.
    package var description: String
}
