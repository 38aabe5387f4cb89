/// The version of a JSON document, and whether the document is of a known kind.
///
/// A program that finds a higher version must not mistake another program's document for its own: a Terraform state
/// has a version too.
public struct DocumentVersion: Sendable {
    /// The highest version that the program reads.
    private let supported: Int
    /// The keys that each document of the kind has at its top level, in every version.
    private let required: [String]
    /// The version in the document; `nil` before it was read.
    public var found: Int?
    private var keys: Set<String> = []

    /// Describes a kind of documents.
    public init(supported: Int, required: [String]) {
        self.supported = supported
        self.required = required
    }

    /// Notes a key at the top level of the document.
    ///
    /// - Returns: Whether the value is to be read. A later version may have other values under the same keys.
    public mutating func reads(_ key: String) -> Bool {
        keys.insert(key)
        return key == "version" || found.map { $0 <= supported } ?? true
    }

    /// The version, if the document is of this kind and of a later version.
    public var later: Int? {
        guard let found, found > supported, missingKey == nil else { return nil }
        return found
    }

    /// A key that the document lacks, so that it is of another kind; `nil` if it has all of them.
    public var missingKey: String? { required.first { !keys.contains($0) } }
}
