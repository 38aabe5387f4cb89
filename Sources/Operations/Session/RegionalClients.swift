import Diagnostics
package import Execution
package import Migration
import WireEncoding

/// The clients of every region that imports go to, combined into one EC2 and one S3.
package struct RegionalClients: Sendable {
    /// EC2 in every region.
    package let service: any ConversionService
    /// The staging buckets of every region.
    package let staging: any StagingStore
    /// The claims in the staging buckets.
    package let claims: any ClaimStore
    /// The disk images that are objects in S3.
    package let objects: any SourceObjects
    /// The clients by identity.
    package let byIdentity: [AWSIdentity: ServiceClients]

    /// Whether any EC2 endpoint is AWS's, not a configured one.
    package var isAWS: Bool { byIdentity.values.contains(where: \.isAWS) }

    /// Whether EC2 and S3 are in this process.
    private let isEmbedded: Bool

    /// How long the services may take.
    ///
    /// - Parameter limits: The limits of the migration manifests. They may be lower than AWS's times only where the endpoint
    ///   is not AWS's.
    /// - Throws: ``ConsistencyLimitError``.
    package func times(_ limits: MigrationManifest.Limits) throws(ConsistencyLimitError) -> ConsistencyTimes {
        let times = isEmbedded ? ConsistencyTimes.embedded : .aws
        if isAWS {
            let aws = ConsistencyTimes.aws
            let isLower =
                (limits.listConsistency ?? aws.listConsistency) < aws.listConsistency
                || (limits.signatureValidity ?? aws.signatureValidity) < aws.signatureValidity
            guard !isLower else { throw ConsistencyLimitError() }
        }
        return ConsistencyTimes(
            signatureValidity: limits.signatureValidity ?? times.signatureValidity,
            listConsistency: limits.listConsistency ?? times.listConsistency,
            taskRetention: limits.taskRetention ?? times.taskRetention
        )
    }

    /// Combines the clients of several identities.
    ///
    /// - Parameters:
    ///   - targets: The targets of the imports with their regions.
    ///   - clients: The clients of each identity of the targets.
    ///   - isEmbedded: Whether EC2 and S3 are in this process.
    ///   - recorded: Reads the state. Its staging buckets may differ from those of the targets.
    package init(
        _ targets: [RegionalTarget],
        clients: [AWSIdentity: ServiceClients],
        isEmbedded: Bool,
        recorded: () throws -> MigrationState?
    ) throws {
        byIdentity = clients
        self.isEmbedded = isEmbedded
        let buckets = Dictionary(targets.map { ($0.target.staging.value.bucket, BucketOptions($0.target)) }) {
            first,
            _ in
            first
        }
        if clients.count == 1, let only = clients.values.first, Set(buckets.values).count <= 1 {
            let bucket = buckets.values.first
            (service, objects) = (only.service, only.objects)
            staging = only.staging(owner: bucket?.owner, addressing: bucket?.addressing)
            claims = only.claims(owner: bucket?.owner)
            return
        }
        var identities: [String: AWSIdentity] = [:]
        for (region, target) in targets { identities[target.staging.value.bucket] = target.identity(in: region) }
        let owners = Self.owners(of: try recorded(), identities: &identities, clients: clients)
        service = RegionalConversionService(
            clients.mapValues(\.service),
            identityOfBucket: identities,
            owners: owners
        )
        var stores: [String: any StagingStore] = [:]
        var claimStores: [String: any ClaimStore] = [:]
        for (bucket, identity) in identities {
            let options = buckets[bucket]
            stores[bucket] = clients[identity]?.staging(owner: options?.owner, addressing: options?.addressing)
            claimStores[bucket] = clients[identity]?.claims(owner: options?.owner)
        }
        staging = RegionalStagingStore(stores)
        claims = RegionalClaimStore(claimStores)
        objects = RegionalSourceObjects(identities.compactMapValues { clients[$0]?.objects })
    }

    /// What a target says of its staging bucket.
    private struct BucketOptions: Hashable {
        let owner: String?
        let addressing: S3Addressing?

        init(_ target: MigrationTarget) {
            owner = target.stagingOwner?.value
            addressing = target.addressing
        }
    }

    /// The identity that owns each recorded task and volume, by its id.
    private static func owners(
        of state: MigrationState?,
        identities: inout [String: AWSIdentity],
        clients: [AWSIdentity: ServiceClients]
    ) -> [String: AWSIdentity] {
        var owners: [String: AWSIdentity] = [:]
        for record in state?.imports.values.map(\.self) ?? [] {
            let subject = record.subject
            if identities[subject.staging.bucket] == nil {
                // No migration manifest names this bucket any longer. Its owner is known only if its region has a single
                // identity.
                let possible = clients.keys.filter { $0.region == subject.region }
                if possible.count == 1 { identities[subject.staging.bucket] = possible[0] }
            }
            guard let owner = identities[subject.staging.bucket], owner.region == subject.region else { continue }
            for id in [record.phase.taskID, record.phase.volumeID].compactMap(\.self) { owners[id] = owner }
        }
        return owners
    }

    /// Cancels every outstanding request.
    package func close() {
        for clients in byIdentity.values { clients.close() }
    }
}
