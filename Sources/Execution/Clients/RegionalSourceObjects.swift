import EC2Types
package import Migration
package import WireEncoding

/// The images in the S3 of several regions and accounts: each is read with the credentials of the imports it is for, which
/// their staging bucket tells.
package struct RegionalSourceObjects: SourceObjects {
    private let sources: [String: any SourceObjects]

    /// Reads through one reader a staging bucket.
    package init(_ sources: [String: any SourceObjects]) {
        self.sources = sources
    }

    package func state(
        of object: ObjectLocation,
        for staging: StagingLocation
    ) async throws(ObjectError) -> S3ObjectVersion? {
        try await source(staging, of: object).state(of: object, for: staging)
    }

    package func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        try await source(staging, of: object.location).bytes(of: object, range: range, for: staging)
    }

    package func presignedURL(
        _ method: PresignedMethod.Reading,
        of object: S3ObjectVersion,
        for staging: StagingLocation
    ) async throws(ServiceError) -> String {
        let source: any SourceObjects
        do {
            source = try self.source(staging, of: object.location)
        } catch {
            throw ServiceError(outcome: .rejected, description: error.description)
        }
        return try await source.presignedURL(method, of: object, for: staging)
    }

    private func source(
        _ staging: StagingLocation,
        of object: ObjectLocation
    ) throws(ObjectError) -> any SourceObjects {
        guard let source = sources[staging.bucket] else {
            let reason = "no migration manifest says with whose credentials, for its staging bucket “\(staging.bucket)”"
            throw ObjectError(object, .unreachable, "cannot be read: \(reason)")
        }
        return source
    }
}
