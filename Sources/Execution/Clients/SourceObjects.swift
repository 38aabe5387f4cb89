import EC2Types
package import Migration

/// The images that lie in S3 already, as inspection and the executor see them. Nothing here changes or removes one.
package protocol SourceObjects: ImageObjects {
    /// A URL that lets its holder read an object in a state, for as long as presigned URLs live.
    ///
    /// S3 holds the reader to the state only where it is a lasting version: see `S3ObjectVersion.isLasting`.
    func presignedURL(
        _ method: PresignedMethod.Reading,
        of object: S3ObjectVersion,
        for staging: StagingLocation
    ) async throws(ServiceError) -> String
}

extension PresignedMethod {
    /// The methods that change nothing.
    package enum Reading: String, Sendable {
        case head = "HEAD", get = "GET"
    }
}

extension SourceObjects {
    /// Makes sure that an object is in the state in which it was planned.
    ///
    /// - Parameter wasRead: Whether it was read already: then it may have gone into an archive since.
    func require(
        _ object: S3ObjectVersion,
        for staging: StagingLocation,
        wasRead: Bool = false
    ) async throws(ServiceError) {
        let found: S3ObjectVersion?
        do {
            found = try await state(of: object.location, for: staging)
        } catch {
            guard wasRead, case .archived(let state?) = error.kind else {
                throw ServiceError(outcome: error.outcome, description: "\(error)")
            }
            found = state
        }
        guard let found else {
            throw ServiceError(outcome: .rejected, description: "\(object.location): the object is not there any more")
        }
        guard found.digest == object.digest else {
            let description = "\(object.location): the object changed after the plan was made; plan again"
            throw ServiceError(outcome: .rejected, description: description)
        }
    }
}
