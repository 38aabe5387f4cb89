import HTTPClient
import WireEncoding

/// What S3 says of an object without its content (Amazon S3 API Reference, “HeadObject”).
package struct S3ObjectHead: Hashable, Sendable {
    /// The object's length in bytes.
    package var byteCount: Int64
    /// The `ETag`, quotes included: as long as it is the same, so is the content.
    package var entityTag: String
    /// The version; `nil` where the bucket never had versions, `null` for an object from before it had, or while they are
    /// suspended: such a one can be overwritten.
    package var versionID: String?
    /// The SHA-256 that S3 verified when it stored the object, in Base64; `nil` if it has none or was not requested.
    package var checksum: String?
    /// When the object was stored, in seconds since 1970; `nil` if the response does not say.
    package var lastModified: Int64?
    /// The time of the response by S3's clock, in seconds since 1970; `nil` if it has no `Date`.
    package var date: Int64?
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
        checksum = response.header("x-amz-checksum-sha256")
        lastModified = response.header("last-modified").flatMap(HTTPDate.seconds)
        date = response.header("date").flatMap(HTTPDate.seconds)
        let archives: Set<String?> = ["GLACIER", "DEEP_ARCHIVE"]
        let isRestored = response.header("x-amz-restore")?.contains("ongoing-request=\"false\"") == true
        isArchived =
            archives.contains(response.header("x-amz-storage-class")) && !isRestored
            || response.header("x-amz-archive-status") != nil
    }
}
