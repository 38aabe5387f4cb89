/// Where a disk image lies.
package enum ImageSource: Hashable, Sendable {
    /// A file, by its path from the working folder.
    case file(path: String)
    /// An object in S3.
    case object(bucket: String, key: String)
}

extension ImageSource: CustomStringConvertible {
    /// The path, or the URL `s3://bucket/key`.
    package var description: String {
        switch self {
        case .file(let path): path
        case .object(let bucket, let key): "s3://\(bucket)/\(key)"
        }
    }
}
