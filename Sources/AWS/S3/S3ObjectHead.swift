import HTTPClient

/// What S3 says of an object without its content (Amazon S3 API Reference, “HeadObject”).
package struct S3ObjectHead: Hashable, Sendable {
    /// The object's length in bytes.
    package var byteCount: Int64
    /// The `ETag`, quotes included: as long as it is the same, so is the content.
    package var entityTag: String
    /// The version; `nil` where the bucket never had versions, `null` for an object from before it had, or while they are
    /// suspended: such a one can be overwritten.
    package var versionID: String?
    /// Whether it lies in an archive, from which it must be restored before it can be read.
    package var isArchived: Bool

    /// Reads the answer to a HEAD; `nil` if it lacks what every answer has.
    init?(_ response: HTTPResponse) {
        guard let length = response.header("content-length").flatMap({ Int64($0) }), length >= 0,
            let tag = response.header("etag")
        else { return nil }
        byteCount = length
        entityTag = tag
        versionID = response.header("x-amz-version-id")
        let archives: Set<String?> = ["GLACIER", "DEEP_ARCHIVE"]
        let isRestored = response.header("x-amz-restore")?.contains("ongoing-request=\"false\"") == true
        isArchived =
            archives.contains(response.header("x-amz-storage-class")) && !isRestored
            || response.header("x-amz-archive-status") != nil
    }
}
