/// The parts of a URL that names an object in S3, `s3://bucket/key` or `s3://bucket/key?versionId=…`, as messages need them.
enum S3URL {
    private static let scheme = "s3://"
    private static let versionMark = "?versionId="

    /// The URL without the version, and the version; `nil` for a path of another kind.
    static func split(_ path: String) -> (name: String, version: String?)? {
        guard path.hasPrefix(scheme) else { return nil }
        guard let mark = path.ranges(of: versionMark).last else { return (path, nil) }
        return (String(path[..<mark.lowerBound]), String(path[mark.upperBound...]))
    }

    /// The bucket and the key of a URL without a version.
    static func parts(of name: String) -> (bucket: String, key: String) {
        let rest = name.dropFirst(scheme.count)
        let bucket = rest.prefix { $0 != "/" }
        return (String(bucket), String(rest.dropFirst(bucket.count + 1)))
    }
}
