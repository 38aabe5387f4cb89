/// The claims in the staging buckets.
///
/// S3 is strongly consistent for objects, so a claim that was written is read by everyone from then on.
package protocol ClaimStore: Sendable {
    /// Reads a claim.
    ///
    /// - Returns: `nil` if S3 certainly has none.
    func claim(_ key: ClaimKey) async throws(ServiceError) -> StoredClaim?
    /// Writes a claim if the object is what is expected. The request is sent once.
    ///
    /// - Parameters:
    ///   - claim: The claim.
    ///   - key: Where it is written.
    ///   - entityTag: The `ETag` of the claim that it replaces; `nil` to create it.
    /// - Returns: The `ETag` of the new claim; `nil` if the condition did not hold.
    /// - Throws: `ServiceError`, whose outcome says whether the claim may have been written, or may still be.
    func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String?
    /// Lists the claims of a folder.
    func claims(in folder: ClaimKey.Folder) async throws(ServiceError) -> ClaimListing
    /// Whether S3 honors the conditions of writes in a folder. Some servers ignore them.
    func honorsConditions(in folder: ClaimKey.Folder) async throws(ServiceError) -> Bool
}

/// A claim as S3 has it.
package struct StoredClaim: Hashable, Sendable {
    /// The claim; `nil` if the object is damaged, or a later ferry wrote it. It counts as another process's.
    package var claim: ImportClaim?
    /// The `ETag`.
    package var entityTag: String
    /// When it was written, by S3's clock in seconds since 1970.
    package var lastModified: Int64
    /// The time of the response, by S3's clock in seconds since 1970.
    package var date: Int64

    /// Describes a stored claim.
    package init(claim: ImportClaim?, entityTag: String, lastModified: Int64, date: Int64) {
        self.claim = claim
        self.entityTag = entityTag
        self.lastModified = lastModified
        self.date = date
    }

    /// How long ago it was written, in seconds.
    package var age: Int64 { max(0, date - lastModified) }
}

/// The claims of a folder at one moment.
package struct ClaimListing: Sendable {
    /// The `ETag` of each claim, by its name.
    package var entityTags: [String: String]
    /// The time of the response, by S3's clock in seconds since 1970.
    package var date: Int64

    /// Describes a listing.
    package init(entityTags: [String: String], date: Int64) {
        self.entityTags = entityTags
        self.date = date
    }
}
