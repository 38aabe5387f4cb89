/// What `ferry inspect` tells about one image, readable or not.
package struct DiskImageReport: Sendable {
    /// Why EC2 would take the image, or not.
    package enum Verdict: String, Sendable {
        /// EC2 would take it.
        case importable
        /// It is readable, but EC2 would refuse it.
        case refused
        /// It can't be read, or something in it is damaged.
        case unreadable
    }

    /// The path as it was given.
    package let path: String
    /// What its headers and tables tell, or why it can't be read.
    package let facts: Result<DiskImageFacts, DiskImageError>
    /// The digest of its content (`ImageDigest`) in hexadecimal, where it was asked for and the image is one file.
    package var digest: String?
    /// What a walk through everything has shown, where it was asked for.
    package var verification: DiskImageVerification?

    /// Makes a report.
    package init(path: String, facts: Result<DiskImageFacts, DiskImageError>) {
        self.path = path
        self.facts = facts
    }

    /// Makes a report of an image that lies elsewhere and cannot be read there.
    package init(path: String, unreachable words: String) {
        self.init(path: path, facts: .failure(DiskImageError(path: path, reason: .unreachable(words))))
    }

    /// What to make of it all.
    package var verdict: Verdict {
        guard case .success(let facts) = facts, verification?.isSound ?? true else { return .unreadable }
        return facts.isImportable ? .importable : .refused
    }
}
