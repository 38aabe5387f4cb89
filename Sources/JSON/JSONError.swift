/// Why a JSON text of ferry's own cannot be read.
package struct JSONError: Error, Hashable {
    /// The byte where it was noticed.
    package var offset: Int
    /// What is wrong.
    package var reason: String
}
