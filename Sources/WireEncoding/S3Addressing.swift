/// The place of the bucket in an S3 URL (Amazon S3 User Guide, "Virtual hosting of general purpose buckets").
package enum S3Addressing: String, CaseIterable, Sendable {
    /// The bucket is part of the host's name: `https://BUCKET.s3.REGION.amazonaws.com/KEY`.
    case virtual
    /// The bucket is part of the path: `https://s3.REGION.amazonaws.com/BUCKET/KEY`.
    case path
    /// The bucket is part of the name of the host without a region: `https://BUCKET.s3.amazonaws.com/KEY`.
    case global
}
