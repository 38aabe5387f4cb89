import Diagnostics
package import Execution
package import Migration

/// The clients of every region that imports go to, combined into one EC2 and one S3.
package struct RegionalClients: Sendable {
    /// EC2 in every region.
    package let service: any ConversionService
    /// The staging buckets of every region.
    package let staging: any StagingStore
    /// The disk images that are objects in S3.
    package let objects: any SourceObjects
    /// The clients by identity.
    package let byIdentity: [AWSIdentity: ServiceClients]

    /// Whether any EC2 endpoint is AWS's, not a configured one.
    package var isAWS: Bool { byIdentity.values.contains(where: \.isAWS) }

    /// How long a conversion task may stay unlisted before it counts as missing. A configured endpoint has no replicas
    /// that lag behind.
    package var listConsistencyTimeout: Duration { isAWS ? ExecutionOptions().listConsistencyTimeout : .seconds(3) }

    /// Combines the clients of several identities.
    ///
    /// - Parameters:
    ///   - targets: The targets of the imports with their regions.
    ///   - clients: The clients of each identity of the targets.
    ///   - recorded: Reads the state. Its staging buckets may differ from those of the targets.
    package init(
        _ targets: [RegionalTarget],
        clients: [AWSIdentity: ServiceClients],
        recorded: () throws -> MigrationState?
    ) throws {
        byIdentity = clients
        if clients.count == 1, let only = clients.values.first {
            (service, staging, objects) = (only.service, only.staging, only.objects)
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
        staging = RegionalStagingStore(identities.compactMapValues { clients[$0]?.staging })
        objects = RegionalSourceObjects(identities.compactMapValues { clients[$0]?.objects })
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
