package import HTTPClient
package import Migration

/// Where a session's clients come from: AWS, or the embedded sandbox.
package protocol ServiceProvider: Sendable {
    /// Whether EC2 and S3 are in this process: their calls end with it, and their lists do not lag.
    var isEmbedded: Bool { get }

    /// Makes EC2 and S3 reachable before the first client is opened.
    ///
    /// - Parameters:
    ///   - region: The region of the first import.
    ///   - buckets: The staging buckets of all imports.
    func start(region: String, buckets: Set<String>) async throws

    /// Opens the clients of an identity in its region.
    ///
    /// - Parameters:
    ///   - identity: The region, profile, and role.
    ///   - bandwidth: The rate that all clients of a run share; no limit if `nil`.
    func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) async throws -> ServiceClients

    /// The Availability Zones of a region, if they are known without a request; `nil` if EC2 must be queried.
    func zones(of region: String) -> [KnownZone]?

    /// Stops what ``start(region:buckets:)`` started.
    func stop() async
}
