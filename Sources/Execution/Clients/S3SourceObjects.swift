package import AWS
import EC2Types
package import Migration
package import WireEncoding

/// The images in one region's S3, read with one identity's credentials.
package struct S3SourceObjects: SourceObjects {
    private let client: S3Client

    /// Speaks to S3 by a client.
    package init(_ client: S3Client) {
        self.client = client
    }

    package func state(
        of object: ObjectLocation,
        for staging: StagingLocation
    ) async throws(ObjectError) -> S3ObjectVersion? {
        let head: S3ObjectHead?
        do {
            head = try await client.headObject(
                bucket: object.bucket,
                key: object.key,
                version: object.version,
                requiresBucket: true
            )
        } catch {
            throw Self.failure(error, of: object)
        }
        guard let head else { return nil }
        let state = S3ObjectVersion(
            bucket: object.bucket,
            key: object.key,
            version: head.versionID,
            entityTag: head.entityTag.trimmingQuotes,
            bytes: head.byteCount
        )
        guard !head.isArchived else {
            throw ObjectError(
                object,
                .archived(state),
                "the object is in an archive; restore it, and wait until S3 says it is restored"
            )
        }
        return state
    }

    package func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        guard !range.isEmpty else { return [] }
        do {
            return try await client.readObject(
                bucket: object.bucket,
                key: object.key,
                version: object.version,
                range: range.lowerBound...range.upperBound - 1,
                entityTag: "\"\(object.entityTag)\""
            ).bytes
        } catch {
            throw Self.failure(error, of: object.location)
        }
    }

    package func presignedURL(
        _ method: PresignedMethod.Reading,
        of object: S3ObjectVersion,
        for staging: StagingLocation
    ) async throws(ServiceError) -> String {
        do {
            return try await client.presignedURL(
                method.rawValue,
                bucket: object.bucket,
                key: object.key,
                version: object.version
            ).absoluteString
        } catch {
            throw ServiceError(outcome: .rejected, description: error.description)
        }
    }

    private static func failure(_ error: AWSError, of object: ObjectLocation) -> ObjectError {
        if error.isConditionFailure {
            return ObjectError(object, .changed, "the object changed while it was read; stop what writes it")
        }
        if error.code == "InvalidObjectState" {
            return ObjectError(object, .archived(nil), "the object is in an archive; restore it first")
        }
        return ObjectError(object, .unreachable, "\(error)")
    }
}

extension String {
    /// Without the quotes around it, if there are any.
    fileprivate var trimmingQuotes: String {
        count > 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
