/// Why a JSON text of ferry's own cannot be read.
struct JSONError: Error, Hashable {
    /// The byte where it was noticed.
    var offset: Int
    /// What is wrong.
    var reason: String
}
