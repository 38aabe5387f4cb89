/// An object's content with the times of the response.
package struct S3ObjectContent: Sendable {
    /// The content.
    package var bytes: [UInt8]
    /// The `ETag`, quotes included.
    package var entityTag: String
    /// When the object was stored, in seconds since 1970; `nil` if the response does not say.
    package var lastModified: Int64?
    /// The time of the response by S3's clock, in seconds since 1970; `nil` if it has no `Date`.
    package var date: Int64?
}
