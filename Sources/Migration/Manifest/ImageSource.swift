package import WireEncoding

/// Where a disk image lies.
package enum ImageSource: Hashable, Sendable {
    /// A file, by its path from the working folder.
    case file(path: String)
    /// An object in S3.
    indirect case object(ObjectLocation)
}

extension ImageSource: CustomStringConvertible {
    /// The path, or the URL, which begins with `s3://bucket/key`.
    package var description: String {
        switch self {
        case .file(let path): path
        case .object(let location): location.description
        }
    }
}
