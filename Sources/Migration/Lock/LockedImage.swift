package import DiskImages
package import Hashing

/// What a lock remembers of one image: all that a plan needs to know of it.
package struct LockedImage: Hashable, Sendable {
    /// What the image's headers and tables told. An image that EC2 would refuse is locked only if it is to be converted.
    package var facts: DiskImageFacts
    /// The digest of the file's content: SHA-256 over the digests of its parts. Of an object, that of its state.
    package var digest: SHA256Digest
    /// The object that the image is; `nil` for a file.
    package var object: S3ObjectVersion?

    /// Remembers an image.
    package init(facts: DiskImageFacts, digest: SHA256Digest, object: S3ObjectVersion? = nil) {
        self.facts = facts
        self.digest = digest
        self.object = object
    }

    /// Remembers an object.
    package init(facts: DiskImageFacts, object: S3ObjectVersion) {
        self.init(facts: facts, digest: object.digest, object: object)
    }

    /// In what an image differs from what was locked, in words; empty if in nothing that makes another volume.
    ///
    /// - Parameters:
    ///   - facts: What the image's headers tell now.
    ///   - digest: The digest of its content now; `nil` where it is not known.
    ///   - object: The state it is in now, if it is an object.
    package func differences(
        from facts: DiskImageFacts,
        _ digest: SHA256Digest?,
        object: S3ObjectVersion? = nil
    ) -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ locked: some CustomStringConvertible, _ found: some CustomStringConvertible) {
            if locked.description != found.description {
                differences.append("\(what) \(locked) when it was locked, \(found) now")
            }
        }
        compare("format", self.facts.format.rawValue, facts.format.rawValue)
        compare("subformat", self.facts.subformat.rawValue, facts.subformat.rawValue)
        compare("bytes", self.facts.bytes, facts.bytes)
        compare("virtual size", self.facts.virtualSize, facts.virtualSize)
        if let object {
            compare("version", self.object?.version ?? "none", object.version ?? "none")
            compare("ETag", self.object?.entityTag ?? "none", object.entityTag)
        } else if let digest {
            compare("content", String(self.digest.hex.prefix(12)), String(digest.hex.prefix(12)))
        }
        return differences
    }
}
