/// Why a JSON text of ferry's own cannot be read.
public struct JSONError: Error, Hashable {
    /// The byte where it was noticed.
    public var offset: Int
    /// What is wrong.
    public var reason: String
}
