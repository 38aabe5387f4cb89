import Hashing
import Migration

/// An image all of whose parts are in the staging, or that lies in S3 already.
struct StagedImage: Sendable {
    let image: SourceImage
    let location: StagingLocation
    /// The file that is uploaded: the image's own, or the one that it was converted to; of an object its URL.
    let path: String
    /// The length of that file or object in bytes.
    let bytes: Int64
    /// The parts in the staging; none of an object.
    let parts: [SHA256Digest]
}
