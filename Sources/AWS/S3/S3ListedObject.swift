import WireEncoding
import XML

/// An object as ListObjectsV2 lists it (Amazon S3 API Reference, `Object`).
package struct S3ListedObject: Hashable, Sendable {
    /// The key.
    package var key: String
    /// The `ETag`, quotes included.
    package var entityTag: String?
    /// The length in bytes.
    package var byteCount: Int64?
    /// When the object was stored, in seconds since 1970.
    package var lastModified: Int64?

    /// Reads a `Contents` element; `nil` if it has no key.
    ///
    /// - Parameter isEncoded: Whether keys are percent-encoded.
    init?(_ element: XMLElement, isEncoded: Bool) {
        guard let key = element.text("Key") else { return nil }
        self.key = isEncoded ? PercentEncoding.decode(key, isForm: true) : key
        entityTag = element.text("ETag")
        byteCount = element.text("Size").flatMap { Int64($0) }
        lastModified = element.text("LastModified").flatMap(ISO8601Time.seconds)
    }
}
