import Execution
import Migration
import WireEncoding

/// Images in S3 where S3 cannot be reached at all: each is told to be so.
struct UnreachableObjects: ImageObjects {
    /// Why it cannot.
    let reason: String

    func state(
        of object: ObjectLocation,
        for staging: StagingLocation
    ) async throws(ObjectError) -> S3ObjectVersion? {
        throw ObjectError(object, .unreachable, "\(reason)")
    }

    func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        throw ObjectError(object.location, .unreachable, "\(reason)")
    }
}
